// Signatures of CoreLibrary 1.17: System/DateTime.cs, System/DayOfWeek.cs.
// DateTimeKind.Local is absent on purpose: using it is an error there.

namespace System
{
    public enum DateTimeKind
    {
        Utc = 1,
    }

    public enum DayOfWeek
    {
        Sunday = 0,
        Monday = 1,
        Tuesday = 2,
        Wednesday = 3,
        Thursday = 4,
        Friday = 5,
        Saturday = 6,
    }

    public struct DateTime
    {
        public static readonly DateTime MinValue;
        public static readonly DateTime MaxValue;
        public static readonly DateTime UnixEpoch;

        private ulong _ticks;

        public extern DateTime(long ticks);

        public extern DateTime(long ticks, DateTimeKind kind);

        public extern DateTime(int year, int month, int day);

        public extern DateTime(int year, int month, int day, int hour, int minute, int second);

        public extern DateTime(
            int year,
            int month,
            int day,
            int hour,
            int minute,
            int second,
            int millisecond);

        public static extern DateTime Today { get; }

        public static extern DateTime UtcNow { get; }

        public extern DateTime Date { get; }

        public extern int Day { get; }

        public extern DayOfWeek DayOfWeek { get; }

        public extern int DayOfYear { get; }

        public extern int Hour { get; }

        public extern DateTimeKind Kind { get; }

        public extern int Millisecond { get; }

        public extern int Minute { get; }

        public extern int Month { get; }

        public extern int Second { get; }

        public extern long Ticks { get; }

        public extern TimeSpan TimeOfDay { get; }

        public extern int Year { get; }

        public static extern DateTime operator +(DateTime d, TimeSpan t);

        public static extern DateTime operator -(DateTime d, TimeSpan t);

        public static extern TimeSpan operator -(DateTime d1, DateTime d2);

        public static extern bool operator ==(DateTime d1, DateTime d2);

        public static extern bool operator !=(DateTime t1, DateTime t2);

        public static extern bool operator <(DateTime t1, DateTime t2);

        public static extern bool operator <=(DateTime t1, DateTime t2);

        public static extern bool operator >(DateTime t1, DateTime t2);

        public static extern bool operator >=(DateTime t1, DateTime t2);

        public static extern int Compare(DateTime t1, DateTime t2);

        public static extern int DaysInMonth(int year, int month);

        public static extern bool Equals(DateTime t1, DateTime t2);

        public static extern DateTime FromUnixTimeSeconds(long seconds);

        public static extern DateTime Parse(string s);

        public static extern bool TryParse(string s, out DateTime result);

        public extern DateTime Add(TimeSpan val);

        public extern DateTime AddDays(double val);

        public extern DateTime AddHours(double val);

        public extern DateTime AddMilliseconds(double val);

        public extern DateTime AddMinutes(double val);

        public extern DateTime AddSeconds(double val);

        public extern DateTime AddTicks(long val);

        public extern int CompareTo(object val);

        public override extern bool Equals(object obj);

        public override extern int GetHashCode();

        public extern TimeSpan Subtract(DateTime val);

        public extern DateTime Subtract(TimeSpan val);

        public override extern string ToString();

        public extern string ToString(string format);

        public extern long ToUnixTimeSeconds();
    }
}
