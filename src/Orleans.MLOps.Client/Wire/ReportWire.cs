using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Reports of predictions, mapped by hand because they come in columns.</summary>
internal static class ReportWire
{
    private static readonly ReportPredictions Defaults = new() { Endpoint = "", ModelVersion = 0 };

    public static W.ReportPredictions ToMessage(ReportPredictions report)
    {
        var message = new W.ReportPredictions
        {
            Project = report.Project ?? throw new InvalidInputException("project is null: a text is required.", "project"),
            Endpoint = report.Endpoint ?? throw new InvalidInputException("endpoint is null: a text is required.", "endpoint"),
            ModelVersion = report.ModelVersion,
            IsRepeat = report.IsRepeat,
        };
        if (report.OperationId is { } operation)
        {
            message.OperationId = operation;
        }

        FeaturesWire.Add(message.Columns, report.Columns, "columns");
        message.Probabilities.AddRange(report.Probabilities);
        WireArrays.Add(message.EventTimes, report.EventTimes);
        message.Latencies.AddRange(report.Latencies);
        return message;
    }

    public static ReportPredictions ToRecord(W.ReportPredictions message) => new()
    {
        Project = message.HasProject ? message.Project : Defaults.Project,
        Endpoint = message.Endpoint,
        ModelVersion = message.ModelVersion,
        Columns = FeaturesWire.ToRecords(message.Columns),
        Probabilities = WireArrays.Copy(message.Probabilities),
        EventTimes = WireArrays.Copy(message.EventTimes, nameof(ReportPredictions), "event_times"),
        Latencies = WireArrays.Copy(message.Latencies),
        OperationId = message.HasOperationId ? message.OperationId : null,
        IsRepeat = message.IsRepeat,
    };

    public static W.ReportedPredictions ToMessage(ReportedPredictions reply)
    {
        var message = new W.ReportedPredictions();
        WireArrays.Add(message.PredictionIds, reply.PredictionIds, "prediction_ids");
        return message;
    }

    public static ReportedPredictions ToRecord(W.ReportedPredictions message) => new() { PredictionIds = WireArrays.Copy(message.PredictionIds) };
}
