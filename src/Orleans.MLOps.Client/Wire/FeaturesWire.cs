using Google.Protobuf.Collections;
using Orleans.MLOps.Features;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Feature columns and observations, mapped by hand because every prediction carries them.</summary>
internal static class FeaturesWire
{
    public static void Add(RepeatedField<W.FeatureColumn> target, FeatureColumn[] source, string field)
    {
        target.Capacity = source.Length;
        for (var i = 0; i < source.Length; i++)
        {
            target.Add(ToMessage(source[i] ?? throw new InvalidInputException($"{field}[{i}] is null: a column is required.", field)));
        }
    }

    public static FeatureColumn[] ToRecords(RepeatedField<W.FeatureColumn> source)
    {
        if (source.Count == 0)
        {
            return [];
        }

        var target = new FeatureColumn[source.Count];
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = ToRecord(source[i]);
        }

        return target;
    }

    public static W.FeatureColumn ToMessage(FeatureColumn column)
    {
        var message = new W.FeatureColumn { Name = column.Name ?? throw new InvalidInputException("A column's name is null: a text is required.", "name") };
        if (column.Numbers is { } numbers)
        {
            message.Numbers.AddRange(numbers);
        }

        if (column.Texts is { } texts)
        {
            WireArrays.Add(message.Texts, texts, column.Name);
        }

        return message;
    }

    public static FeatureColumn ToRecord(W.FeatureColumn message) => new()
    {
        Name = message.Name,
        Numbers = WireArrays.CopyOrNull(message.Numbers),
        Texts = WireArrays.CopyOrNull(message.Texts),
    };

    public static W.ObservationBatch ToMessage(ObservationBatch batch)
    {
        var message = new W.ObservationBatch { Number = batch.Number };
        if (batch.Source is { } source)
        {
            message.Source = source;
        }

        WireArrays.Add(message.Keys, batch.Keys, "keys");
        message.Values.AddRange(batch.Values);
        WireArrays.Add(message.ObservedAt, batch.ObservedAt);
        return message;
    }

    public static ObservationBatch ToRecord(W.ObservationBatch message) => new()
    {
        Keys = WireArrays.Copy(message.Keys),
        Values = WireArrays.Copy(message.Values),
        ObservedAt = WireArrays.Copy(message.ObservedAt, nameof(ObservationBatch), "observed_at"),
        Source = message.HasSource ? message.Source : null,
        Number = message.Number,
    };
}
