// One counter over the device builds for all tests of a class: instrumenting takes a while.

using System;
using DeviceSurface.Counting;

namespace DeviceSurface.Support;

public sealed class DeviceCounter : IDisposable
{
    internal IlCounter Counter { get; } = IlCounter.LoadDevice();

    public void Dispose()
    {
        Counter.Dispose();
    }
}
