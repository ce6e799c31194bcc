// One line of a file of readings.

namespace nanoPptp.Tool.Telemetry;

/// <summary>A value at a time. What was written as a decimal number stays exactly that.</summary>
/// <param name="TimeMs">Milliseconds since 1970, UTC.</param>
/// <param name="Name">What was measured, behind the base name.</param>
/// <param name="Mantissa">The value is this times ten to the exponent.</param>
/// <param name="Exponent">See there; 0 for whole numbers.</param>
/// <param name="Unit">A SenML unit (RFC 8428 s.12.1), or another; null for none.</param>
internal sealed record CsvReading(
    long TimeMs, string Name, long Mantissa, int Exponent, string? Unit);
