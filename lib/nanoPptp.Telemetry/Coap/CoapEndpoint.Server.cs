// Requests to us (RFC 7252 s.5.2, s.5.4, s.5.8, s.5.9): GET of the status, and of the list of links
// (RFC 6690 s.4) that names it. A confirmable request is answered in its acknowledgement, another
// one by a non-confirmable response.
//
//   the request                                             the answer
//   CON with a critical option that is not understood       4.02 (s.5.4.1); NON: nothing
//   Proxy-Uri or Proxy-Scheme                               5.05 (s.5.10.2)
//   another method than GET                                 4.05 (s.5.8)
//   another path                                            4.04
//   Accept of what we have not                              4.06 (s.5.10.4)
//   /.well-known/core                                       2.05 </status>;ct=112
//   the status                                              what the application responds with;
//                                                           5.00 when it does not
//
// An option that is there twice although it may be there once, or that is longer than it may be, is
// one that is not understood (s.5.4.3, s.5.4.5). Block-wise transfer is not: what we have fits into
// a datagram.
//
// The last answer is kept until the next request: a request that comes again in EXCHANGE_LIFETIME
// gets the same octets again (s.4.5). One that was overtaken by another is served anew, which
// s.4.5 allows for GET. While an answer waits to be sent, a further request is dropped: its sender
// will repeat it.

namespace nanoPptp.Telemetry.Coap
{
    public sealed partial class CoapEndpoint
    {
        private const int AskedNot = 0;
        private const int AskedNew = 1;
        private const int AskedReported = 2;

        private const int CodeContent = 0x45;
        private const int CodeBadOption = 0x82;
        private const int CodeNotFound = 0x84;
        private const int CodeMethodNotAllowed = 0x85;
        private const int CodeNotAcceptable = 0x86;
        private const int CodeInternalError = 0xA0;
        private const int CodeProxyingNotSupported = 0xA5;

        private const int LinkFormat = 40;
        private const int AcceptNothing = -1;

        // What a request is for.
        private const int Status = 0;
        private const int LinkList = 1;

        private const int LongestString = 255;
        private const int LongestPort = 2;

        private static readonly byte[] s_linksPath =
        {
            (byte)'.', (byte)'w', (byte)'e', (byte)'l', (byte)'l', (byte)'-', (byte)'k', (byte)'n',
            (byte)'o', (byte)'w', (byte)'n', (byte)'/', (byte)'c', (byte)'o', (byte)'r', (byte)'e',
        };

        private static readonly byte[] s_linkEnd =
        {
            (byte)'>', (byte)';', (byte)'c', (byte)'t', (byte)'=', (byte)'1', (byte)'1', (byte)'2',
        };

        private readonly byte[] _answer;
        private readonly byte[] _links;
        private readonly CoapPath _statusPath;
        private readonly CoapPath _linksPath = new CoapPath(s_linksPath);
        private int _answerLength;
        private int _answerAddress;
        private int _answerPort;
        private int _answerId;
        private int _answerMs;
        private bool _isAnswerConfirmed;
        private bool _hasAnswer;
        private bool _isAnswerDue;
        private int _asked;
        private int _accept;

        /// <summary>The content format that <see cref="CoapEvent.StatusAsked"/> wants; -1 for any.
        /// Another one is answered with 4.06.</summary>
        public int AcceptedFormat
        {
            get { return _accept; }
        }

        /// <summary>Answers <see cref="CoapEvent.StatusAsked"/>, before the next
        /// <see cref="Poll"/>.</summary>
        /// <param name="code">The code: class * 32 + detail, such as 0x45 for 2.05.</param>
        /// <param name="contentFormat">What the payload is: 0 to 65535; negative to say nothing.
        /// </param>
        /// <param name="payload">Octets in which the payload is; copied.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its octets, 0 and more.</param>
        /// <returns>False when nobody asks, or the payload is longer than
        /// <see cref="CoapSettings.StatusCapacity"/>; a shorter one may follow.</returns>
        public bool Respond(int code, int contentFormat, byte[] payload, int offset, int length)
        {
            bool isGood = length >= 0
                && length <= _settings.StatusCapacity
                && contentFormat <= 0xFFFF;
            if (_asked == AskedNot || !isGood)
            {
                return false;
            }

            Answer(code, contentFormat, payload, offset, length);
            return true;
        }

        private static int AnswerCapacity(CoapSettings settings)
        {
            int links = settings.StatusPath.Length + s_linkEnd.Length + 2;
            return settings.StatusCapacity > links ? settings.StatusCapacity : links;
        }

        private static byte[] Links(byte[] path)
        {
            byte[] links = new byte[2 + path.Length + s_linkEnd.Length];
            links[0] = (byte)'<';
            links[1] = (byte)'/';
            System.Array.Copy(path, 0, links, 2, path.Length);
            System.Array.Copy(s_linkEnd, 0, links, 2 + path.Length, s_linkEnd.Length);
            return links;
        }

        private void InputRequest(
            CoapMessage message,
            byte[] b,
            int source,
            int sourcePort,
            int nowMs)
        {
            bool isConfirmable = message.Type == CoapMessage.Confirmable;
            bool isAgain = _hasAnswer
                && message.Id == _answerId
                && source == _answerAddress
                && sourcePort == _answerPort;
            if (isAgain)
            {
                // s.4.3: a non-confirmable one that comes again is ignored in silence. One that the
                // application is still to answer needs no second answer.
                if (isConfirmable && _asked == AskedNot)
                {
                    _counters.AnsweredAgain++;
                    _isAnswerDue = true;
                }

                return;
            }

            if (_isAnswerDue || _asked != AskedNot)
            {
                _counters.Unanswered++;
                return;
            }

            int code = Judge(message, b);
            if (code == CodeBadOption)
            {
                _counters.UnknownCritical++;
                if (!isConfirmable)
                {
                    return;
                }
            }

            KeepRequest(message, b, source, sourcePort, nowMs);
            switch (code)
            {
                case Status:
                    _asked = AskedNew;
                    break;
                case LinkList:
                    Answer(CodeContent, LinkFormat, _links, 0, _links.Length);
                    break;
                default:
                    Answer(code, -1, _links, 0, 0);
                    break;
            }
        }

        /// <summary>What a request is for, or the code of the error.</summary>
        private int Judge(CoapMessage message, byte[] b)
        {
            int last = 0;
            bool isForProxy = false;
            _accept = AcceptNothing;
            _statusPath.Begin();
            _linksPath.Begin();
            message.FirstOption();
            while (message.NextOption())
            {
                int number = message.OptionNumber;
                bool isRepeated = number == last;
                last = number;
                switch (number)
                {
                    case CoapMessage.UriPath when message.OptionLength <= LongestString:
                        _statusPath.Take(b, message.OptionOffset, message.OptionLength);
                        _linksPath.Take(b, message.OptionOffset, message.OptionLength);
                        break;
                    case CoapMessage.UriHost when IsString(message, isRepeated):
                    case CoapMessage.UriPort when !isRepeated && IsShort(message):
                    case CoapMessage.UriQuery when message.OptionLength <= LongestString:
                        break;
                    case CoapMessage.Accept when !isRepeated && IsShort(message):
                        _accept = message.OptionUInt();
                        break;
                    case CoapMessage.ProxyUri:
                    case CoapMessage.ProxyScheme:
                        isForProxy = true;
                        break;
                    default:
                        if (message.IsOptionCritical)
                        {
                            return CodeBadOption;
                        }

                        break;
                }
            }

            if (isForProxy)
            {
                return CodeProxyingNotSupported;
            }

            if (message.Code != CoapMessage.CodeGet)
            {
                return CodeMethodNotAllowed;
            }

            if (_statusPath.IsWhole)
            {
                return Status;
            }

            return _linksPath.IsWhole ? LinkList : CodeNotFound;
        }

        private static bool IsString(CoapMessage message, bool isRepeated)
        {
            return !isRepeated && message.OptionLength > 0 && message.OptionLength <= LongestString;
        }

        private static bool IsShort(CoapMessage message)
        {
            return message.OptionLength <= LongestPort;
        }

        /// <summary>Keeps whom to answer, and writes header and token of the answer.</summary>
        private void KeepRequest(
            CoapMessage message,
            byte[] b,
            int source,
            int sourcePort,
            int nowMs)
        {
            _isAnswerConfirmed = message.Type == CoapMessage.Confirmable;
            _answerAddress = source;
            _answerPort = sourcePort;
            _answerId = message.Id;
            _answerMs = nowMs;
            _hasAnswer = true;
            int at = CoapMessage.WriteHeader(
                _answer,
                0,
                _isAnswerConfirmed ? CoapMessage.Acknowledgement : CoapMessage.NonConfirmable,
                message.TokenLength,
                CoapMessage.CodeEmpty,
                _isAnswerConfirmed ? message.Id : TakeId());
            System.Array.Copy(b, message.TokenOffset, _answer, at, message.TokenLength);
            _answerLength = at + message.TokenLength;
        }

        private void Answer(int code, int contentFormat, byte[] payload, int offset, int length)
        {
            if (length > 0
                && contentFormat >= 0
                && _accept != AcceptNothing
                && _accept != contentFormat)
            {
                code = CodeNotAcceptable;
                contentFormat = -1;
                length = 0;
            }

            _answer[1] = (byte)code;
            int at = _answerLength;
            if (contentFormat >= 0)
            {
                at = CoapMessage.WriteUIntOption(
                    _answer,
                    at,
                    CoapMessage.ContentFormat,
                    contentFormat);
            }

            _answerLength = WritePayload(_answer, at, payload, offset, length);
            _asked = AskedNot;
            _isAnswerDue = true;
            _counters.Answered++;
        }

        /// <summary>An application that was asked and did not respond is no reason to leave the
        /// one who asked without an answer.</summary>
        private void DemandResponse()
        {
            if (_asked == AskedReported)
            {
                Answer(CodeInternalError, -1, _links, 0, 0);
            }
        }

        private void ForgetAnswer(int nowMs)
        {
            if (_hasAnswer && _asked == AskedNot && nowMs - _answerMs >= ExchangeLifetimeMs)
            {
                _hasAnswer = false;
            }
        }
    }
}
