// The text of an MS-CHAPv2 Failure (RFC 2759 s.6): "E=eeeeeeeeee R=r C=cccc... V=vvvvvvvvvv
// M=<msg>". Servers leave fields out and change their order: every field is optional, M takes the
// rest.

namespace nanoPptp.Auth
{
    /// <summary>What an MS-CHAPv2 Failure says.</summary>
    internal sealed class ChapFailure
    {
        private const int ChallengeDigits = 32;

        /// <summary>E: 646 hours, 647 disabled, 648 expired, 649 no dial-in, 691 refused, 709
        /// changing password; 0 when missing.</summary>
        internal int ErrorCode;

        /// <summary>R: whether the server would take another try.</summary>
        internal bool MayRetry;

        /// <summary>C: whether a new challenge of 32 digits came along.</summary>
        internal bool HasChallenge;

        /// <summary>V: the password protocol's version; 0 when missing.</summary>
        internal int Version;

        /// <summary>M: where the message begins, relative to the text.</summary>
        internal int MessageOffset;

        /// <summary>Octets of the message; 0 when missing.</summary>
        internal int MessageLength;

        /// <summary>Reads the text.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the text begins.</param>
        /// <param name="length">Octets of the text.</param>
        internal void Read(byte[] b, int offset, int length)
        {
            ErrorCode = 0;
            MayRetry = false;
            HasChallenge = false;
            Version = 0;
            MessageOffset = 0;
            MessageLength = 0;

            int end = offset + length;
            for (int at = offset; at + 1 < end; at++)
            {
                bool begins = at == offset || b[at - 1] == ' ';
                if (!begins || b[at + 1] != '=')
                {
                    continue;
                }

                switch ((char)b[at])
                {
                    case 'E':
                        ErrorCode = Number(b, at + 2, end);
                        break;
                    case 'R':
                        MayRetry = Number(b, at + 2, end) == 1;
                        break;
                    case 'C':
                        HasChallenge = CountHexadecimal(b, at + 2, end) == ChallengeDigits;
                        break;
                    case 'V':
                        Version = Number(b, at + 2, end);
                        break;
                    case 'M':
                        MessageOffset = at + 2 - offset;
                        MessageLength = end - at - 2;
                        return;
                    default:
                        break;
                }
            }
        }

        private static int Number(byte[] b, int at, int end)
        {
            int value = 0;
            for (; at < end && b[at] >= '0' && b[at] <= '9' && value < 100000000; at++)
            {
                value = (value * 10) + (b[at] - '0');
            }

            return value;
        }

        private static int CountHexadecimal(byte[] b, int at, int end)
        {
            int count = 0;
            for (; at < end; at++, count++)
            {
                int c = b[at];
                bool digit = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'f')
                    || (c >= 'A' && c <= 'F');
                if (!digit)
                {
                    break;
                }
            }

            return count;
        }
    }
}
