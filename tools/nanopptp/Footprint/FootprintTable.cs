// What the library takes of a board's heap, part by part, with the settings that it has by itself.

using System.Collections.Generic;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Uplink;

namespace nanoPptp.Tool.Footprint;

/// <summary>A part of the library and the heap that it takes on a board.</summary>
/// <param name="Name">What a script calls it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Octets">Octets of heap.</param>
/// <param name="IsTelemetry">Whether it belongs to telemetry and not to the tunnel.</param>
internal sealed record FootprintRow(string Name, string Title, int Octets, bool IsTelemetry);

/// <summary>The parts.</summary>
internal static class FootprintTable
{
    private const int StatusPort = 5683;

    /// <summary>Makes one of each part and weighs it.</summary>
    public static IReadOnlyList<FootprintRow> Measure()
    {
        BoardHeap heap = new();
        List<FootprintRow> rows = [];
        void Add(string name, string title, object part, bool isTelemetry = false) =>
            rows.Add(new FootprintRow(name, title, heap.OctetsOf(part), isTelemetry));

        rows.Add(new FootprintRow(
            "tunnel-tables",
            "tables of nanoPptp and nanoPptp.Crypto",
            heap.StaticOctetsOf(typeof(PptpClient).Assembly)
                + heap.StaticOctetsOf(typeof(Rc4).Assembly),
            false));
        PptpClient client = new();
        Add("tunnel", "tunnel: machines and arena", client);
        PptpSettings settings = new() { UserName = "sensor-000000" };
        Add("settings", "its settings", settings);
        Redialer redialer = new(client, new RedialSettings());
        Add("redialer", "way back (redialer)", redialer);
        IpEndpoint endpoint = new(client);
        Add("ip", "inner IP", endpoint, true);
        rows.Add(new FootprintRow(
            "telemetry-tables",
            "tables of nanoPptp.Telemetry",
            heap.StaticOctetsOf(typeof(IpEndpoint).Assembly),
            true));
        ReadingQueueSettings queueSettings = new();
        NoStore store = new(queueSettings.LeastFileCapacity);
        heap.Ignore(store);
        ReadingQueue queue = new(queueSettings, store);
        Add("queue", "queue, default size, with its journal", queue, true);
        byte[] name = Encoding.UTF8.GetBytes("urn:dev:ops:32473-sensor-000000:");
        SenmlPack pack = new(name, false);
        Add("senml", "SenML", pack, true);
        MqttUplinkSettings mqttSettings = new() { Topic = "plant/sensor-000000" };
        mqttSettings.Mqtt.ClientId = "sensor-000000";
        MqttUplink mqtt = new(client, endpoint, queue, pack, mqttSettings);
        Add("mqtt", "either: MQTT with its TCP", mqtt, true);
        CoapUplink coap = new(
            client,
            endpoint,
            queue,
            pack,
            new CoapUplinkSettings
            {
                Target = new CoapTarget(0x0A620001, StatusPort, "readings", null, null),
            });
        Add("coap", "or: CoAP", coap, true);
        Add("health", "health", new Health(client, redialer, queue, mqtt, name), true);
        return rows;
    }

    // The files themselves are the board's.
    private sealed class NoStore(int fileCapacity) : JournalStore
    {
        public override int FileCount => 2;

        public override int FileCapacity => fileCapacity;

        public override int Length(int file) => 0;

        public override int Read(int file, int position, byte[] b, int offset, int length) => 0;

        public override bool Append(int file, byte[] b, int offset, int length) => false;

        public override bool Erase(int file) => false;
    }
}
