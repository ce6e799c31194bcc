// An assertion that names everything it found, because the list is the message.

using System;
using System.Collections.Generic;
using Xunit;

namespace DeviceSurface.Support;

internal static class Expect
{
    internal static void None<T>(IEnumerable<T> found)
    {
        List<T> list = [.. found];
        Assert.True(
            list.Count == 0,
            $"{list.Count} found:{Environment.NewLine}{string.Join(Environment.NewLine, list)}");
    }
}
