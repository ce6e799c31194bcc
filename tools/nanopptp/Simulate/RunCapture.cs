// The capture of one sensor, and the file that it is written to.

using System;
using Simulator.Reports;

namespace nanoPptp.Tool.Simulate;

/// <summary>A capture.</summary>
/// <param name="path">Where it is written.</param>
/// <param name="capture">What writes it.</param>
internal sealed class RunCapture(string path, SensorCapture capture)
    : RunObserver(capture), IDisposable
{
    private bool _isClosed;

    /// <summary>Tells when the file could not be written.</summary>
    /// <exception cref="ToolFailureException">It could not.</exception>
    public void ThrowIfLost()
    {
        if (Failure is not null)
        {
            throw ReportFolder.Unwritable(path, Failure);
        }
    }

    /// <summary>Writes the rest.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Guard(capture.Dispose);
        }
    }
}
