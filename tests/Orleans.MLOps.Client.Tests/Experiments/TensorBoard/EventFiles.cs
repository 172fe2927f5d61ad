using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

/// <summary>Event files as other tools write them.</summary>
internal static class EventFiles
{
    public static byte[] Version { get; } = new Event { WallTime = 1_700_000_000.5, FileVersion = "brain.Event:2" }.ToByteArray();

    public static byte[] Of(params IEnumerable<Event> events) => Frame([Version, .. events.Select(message => message.ToByteArray())]);

    public static byte[] Frame(params byte[][] records)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        foreach (var record in records)
        {
            writer.Write((ulong)record.Length);
            writer.Write(MaskedCrc.Of(BitConverter.GetBytes((ulong)record.Length)));
            writer.Write(record);
            writer.Write(MaskedCrc.Of(record));
        }

        return file.ToArray();
    }

    public static IEnumerable<Event> Read(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BitConverter.ToUInt64(file, at);
            yield return Orleans.MLOps.Client.Experiments.TensorBoard.Format.Event.Parser.ParseFrom(file, at + 12, length);
            at += length + 16;
        }
    }

    public static Event Event(params Summary.Types.Value[] values) => new() { WallTime = 1_700_000_001.25, Step = 3, Summary = new() { Value = { values } } };

    public static Summary.Types.Value Scalar(string tag, float value) => new() { Tag = tag, SimpleValue = value };

    public static Summary.Types.Value Tensor(string tag, Tensor tensor, string? plugin = null) =>
        new() { Tag = tag, Tensor = tensor, Metadata = plugin is null ? null : new() { PluginData = new() { PluginName = plugin } } };

    public static Summary.Types.Value Hparams(HparamsContent content) =>
        new() { Tag = "_hparams_/x", Metadata = new() { PluginData = new() { PluginName = "hparams", Content = content.ToByteString() } } };
}
