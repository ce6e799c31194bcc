// The messages at QoS 1 that the broker has not acknowledged, in the order in which they were first
// sent: a packet identifier and the application's tag each. The octets stay with the application.
//
//   0             SentCount          Count
//   +-------------+------------------+
//   | sent on     | of an earlier    |   Count is the limit of the settings at most;
//   | this one    | connection       |   the second part is sent again, in order,
//   +-------------+------------------+   before anything new [MQTT-4.4.0-1], [MQTT-4.6.0-1]

using System;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>What is in flight, and the packet identifiers.</summary>
    internal sealed class MqttWindow
    {
        /// <summary>The tag of a message that the application has given up while its packet
        /// identifier was still in use.</summary>
        internal const int NoTag = -1;

        private readonly int[] _identifiers;
        private readonly int[] _tags;
        private int _lastIdentifier;

        internal MqttWindow(int capacity)
        {
            _identifiers = new int[capacity];
            _tags = new int[capacity];
        }

        internal int Count { get; private set; }

        /// <summary>Messages that were sent on this connection.</summary>
        internal int SentCount { get; private set; }

        internal bool IsFull
        {
            get { return Count == _tags.Length; }
        }

        /// <summary>Whether something of an earlier connection has to be sent again.</summary>
        internal bool HasOld
        {
            get { return SentCount < Count; }
        }

        /// <summary>Tag of the first message to be sent again; there is one.</summary>
        internal int OldTag
        {
            get { return _tags[SentCount]; }
        }

        /// <summary>Packet identifier of the first message to be sent again: 0 when it gets a new
        /// one.</summary>
        internal int OldIdentifier
        {
            get { return _identifiers[SentCount]; }
        }

        internal int TagAt(int index)
        {
            return _tags[index];
        }

        /// <summary>Begins a connection: everything in flight is to be sent again, but for what the
        /// application has given up.</summary>
        /// <param name="isClean">Whether the session is a new one: the packet identifiers of the
        /// old one are forgotten [MQTT-3.1.2-6].</param>
        internal void Restart(bool isClean)
        {
            SentCount = 0;
            for (int i = Count - 1; i >= 0; i--)
            {
                if (_tags[i] == NoTag)
                {
                    Remove(i);
                }
                else if (isClean)
                {
                    _identifiers[i] = 0;
                }
            }
        }

        /// <summary>The next packet identifier that nothing uses [MQTT-2.3.1-2].</summary>
        /// <param name="other">One more that is in use, or 0.</param>
        /// <returns>1 to 65535.</returns>
        internal int NextIdentifier(int other)
        {
            do
            {
                _lastIdentifier = _lastIdentifier == 0xFFFF ? 1 : _lastIdentifier + 1;
            }
            while (_lastIdentifier == other || IndexOf(_lastIdentifier) >= 0);
            return _lastIdentifier;
        }

        /// <summary>Takes in a new message; there is room, and nothing old is left.</summary>
        /// <param name="identifier">Its packet identifier.</param>
        /// <param name="tag">Its tag.</param>
        internal void Add(int identifier, int tag)
        {
            _identifiers[Count] = identifier;
            _tags[Count] = tag;
            Count++;
            SentCount++;
        }

        /// <summary>The first old message was sent again.</summary>
        /// <param name="identifier">Its packet identifier.</param>
        internal void SentAgain(int identifier)
        {
            _identifiers[SentCount] = identifier;
            SentCount++;
        }

        /// <summary>Finds a message by its packet identifier.</summary>
        /// <param name="identifier">The packet identifier: 0 is nobody's.</param>
        /// <returns>Its index, or -1.</returns>
        internal int IndexOf(int identifier)
        {
            for (int i = 0; i < Count && identifier != 0; i++)
            {
                if (_identifiers[i] == identifier)
                {
                    return i;
                }
            }

            return -1;
        }

        /// <summary>Gives a message up. If it was sent on this connection, its packet identifier
        /// stays in use until the acknowledgment comes, which would else be taken for that of
        /// another message.</summary>
        /// <param name="tag">Its tag: 0 or more.</param>
        /// <param name="isConnected">Whether an acknowledgment may still come.</param>
        /// <returns>Whether it was there.</returns>
        internal bool Forget(int tag, bool isConnected)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_tags[i] != tag)
                {
                    continue;
                }

                if (isConnected && i < SentCount)
                {
                    _tags[i] = NoTag;
                }
                else
                {
                    Remove(i);
                }

                return true;
            }

            return false;
        }

        internal void Remove(int index)
        {
            int behind = Count - index - 1;
            Array.Copy(_identifiers, index + 1, _identifiers, index, behind);
            Array.Copy(_tags, index + 1, _tags, index, behind);
            Count--;
            SentCount -= index < SentCount ? 1 : 0;
        }
    }
}
