using Orleans.MLOps.Monitoring;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Labels and their replies, mapped by hand because serving streams carry them.</summary>
internal static class MonitoringWire
{
    private static readonly LabelBatch Defaults = new() { Endpoint = "" };

    public static W.LabelBatch ToMessage(LabelBatch labels)
    {
        var message = new W.LabelBatch
        {
            Project = labels.Project ?? throw new InvalidInputException("project is null: a text is required.", "project"),
            Endpoint = labels.Endpoint ?? throw new InvalidInputException("endpoint is null: a text is required.", "endpoint"),
        };
        WireArrays.Add(message.PredictionIds, labels.PredictionIds, "prediction_ids");
        message.Values.AddRange(labels.Values);
        WireArrays.Add(message.ObservedAt, labels.ObservedAt);
        return message;
    }

    public static LabelBatch ToRecord(W.LabelBatch message) => new()
    {
        Project = message.HasProject ? message.Project : Defaults.Project,
        Endpoint = message.Endpoint,
        PredictionIds = WireArrays.Copy(message.PredictionIds),
        Values = WireArrays.Copy(message.Values),
        ObservedAt = WireArrays.Copy(message.ObservedAt, nameof(LabelBatch), "observed_at"),
    };

    public static W.LabelReply ToMessage(LabelReply reply) => new()
    {
        Accepted = reply.Accepted,
        Repeated = reply.Repeated,
        Corrected = reply.Corrected,
        Unknown = reply.Unknown,
    };

    public static LabelReply ToRecord(W.LabelReply message) => new()
    {
        Accepted = message.Accepted,
        Repeated = message.Repeated,
        Corrected = message.Corrected,
        Unknown = message.Unknown,
    };
}
