using System.Text;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Sketches;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// What a model version's monitor measures against: the inputs it was trained on, and on its holdout the outputs, the loss
/// by hour of the week and the calibration (probability minus answer) by hour of the week. Stored as a blob of the version.
/// </summary>
internal sealed class MonitoringReference
{
    private const byte Version = 1;

    /// <summary>Distribution of each input in training, in the order of the signature.</summary>
    public required IReadOnlyList<Distribution> Inputs { get; init; }

    /// <summary>The inputs' names and bins.</summary>
    public required ServingPaneLayout Layout { get; init; }

    /// <summary>Distribution of the holdout's probabilities; null without a holdout.</summary>
    public required Distribution? Output { get; init; }

    /// <summary>Normal loss; null without two holdout days.</summary>
    public required SeasonalLossReference? Loss { get; init; }

    /// <summary>Normal calibration; null without two holdout days.</summary>
    public required SeasonalLossReference? Calibration { get; init; }

    /// <summary>A reference without figures, for versions that were registered without one.</summary>
    public static MonitoringReference None { get; } = new()
    {
        Inputs = [],
        Layout = new ServingPaneLayout([]),
        Output = null,
        Loss = null,
        Calibration = null,
    };

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write7BitEncodedInt(Inputs.Count);
        for (var i = 0; i < Inputs.Count; i++)
        {
            writer.Write(Layout.Inputs[i].Key);
            Inputs[i].Write(writer);
        }

        WriteOptional(writer, Output, (value, to) => value.Write(to));
        WriteOptional(writer, Loss, (value, to) => value.Write(to));
        WriteOptional(writer, Calibration, (value, to) => value.Write(to));
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="DataLossException">The bytes are not a reference of a known version.</exception>
    public static MonitoringReference FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version != Version)
            {
                throw new DataLossException($"A monitoring reference has format version {version}; {Version} is known.");
            }

            var inputs = new KeyValuePair<string, Distribution>[reader.Read7BitEncodedInt()];
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = new(reader.ReadString(), Distribution.Read(reader));
            }

            return new MonitoringReference
            {
                Inputs = Array.ConvertAll(inputs, input => input.Value),
                Layout = new ServingPaneLayout(inputs.Select(input => KeyValuePair.Create(input.Key, input.Value.Bins))),
                Output = ReadOptional(reader, Distribution.Read),
                Loss = ReadOptional(reader, SeasonalLossReference.Read),
                Calibration = ReadOptional(reader, SeasonalLossReference.Read),
            };
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw new DataLossException($"A monitoring reference cannot be read: {error.Message}", inner: error);
        }
    }

    private static void WriteOptional<T>(BinaryWriter writer, T? value, Action<T, BinaryWriter> write)
        where T : class
    {
        writer.Write(value is not null);
        if (value is not null)
        {
            write(value, writer);
        }
    }

    private static T? ReadOptional<T>(BinaryReader reader, Func<BinaryReader, T> read)
        where T : class => reader.ReadBoolean() ? read(reader) : null;
}
