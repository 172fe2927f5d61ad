using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Predictions and serving streams, mapped by hand: this is the hot path.</summary>
internal static class ServingWire
{
    private static readonly PredictRequest Defaults = new() { Endpoint = "" };

    public static W.PredictRequest ToMessage(PredictRequest request)
    {
        var message = new W.PredictRequest
        {
            Project = request.Project ?? throw new InvalidInputException("project is null: a text is required.", "project"),
            Endpoint = request.Endpoint ?? throw new InvalidInputException("endpoint is null: a text is required.", "endpoint"),
            ReturnFeatures = request.ReturnFeatures,
            IsRepeat = request.IsRepeat,
            MinimumRevision = request.MinimumRevision,
            Priority = request.Priority,
        };
        if (request.OperationId is { } operation)
        {
            message.OperationId = operation;
        }

        if (request.Timeout is { } timeout)
        {
            message.Timeout = Duration.FromTimeSpan(timeout);
        }

        if (request.AffinityKey is { } affinity)
        {
            message.AffinityKey = affinity;
        }

        FeaturesWire.Add(message.Columns, request.Columns, "columns");
        WireArrays.Add(message.EventTimes, request.EventTimes);
        return message;
    }

    public static PredictRequest ToRecord(W.PredictRequest message) => new()
    {
        Project = message.HasProject ? message.Project : Defaults.Project,
        Endpoint = message.Endpoint,
        Columns = FeaturesWire.ToRecords(message.Columns),
        EventTimes = WireArrays.Copy(message.EventTimes, nameof(PredictRequest), "event_times"),
        ReturnFeatures = message.ReturnFeatures,
        OperationId = message.HasOperationId ? message.OperationId : null,
        IsRepeat = message.IsRepeat,
        MinimumRevision = message.MinimumRevision,
        Timeout = message.Timeout?.ToTimeSpan(),
        Priority = message.HasPriority ? message.Priority : Defaults.Priority,
        AffinityKey = message.HasAffinityKey ? message.AffinityKey : null,
    };

    public static W.PredictReply ToMessage(PredictReply reply)
    {
        var message = new W.PredictReply();
        WireArrays.Add(message.PredictionIds, reply.PredictionIds, "prediction_ids");
        message.Probabilities.AddRange(reply.Probabilities);
        message.ModelVersions.AddRange(reply.ModelVersions);
        FeaturesWire.Add(message.Features, reply.Features, "features");
        return message;
    }

    public static PredictReply ToRecord(W.PredictReply message) => new()
    {
        PredictionIds = WireArrays.Copy(message.PredictionIds),
        Probabilities = WireArrays.Copy(message.Probabilities),
        ModelVersions = WireArrays.Copy(message.ModelVersions),
        Features = FeaturesWire.ToRecords(message.Features),
    };

    public static W.ServeRequest ToMessage(ServeRequest request)
    {
        var message = new W.ServeRequest
        {
            Predict = ToMessage(request.Predict ?? throw new InvalidInputException("predict is null: a request is required.", "predict")),
        };
        if (request.Labels is { } labels)
        {
            message.Labels = MonitoringWire.ToMessage(labels);
        }

        if (request.Observations is { } observations)
        {
            message.Observations = FeaturesWire.ToMessage(observations);
        }

        return message;
    }

    public static ServeRequest ToRecord(W.ServeRequest message) => new()
    {
        Predict = ToRecord(message.Predict
            ?? throw new InvalidInputException("ServeRequest.predict is absent: it is required and may have no rows.", "predict")),
        Labels = message.Labels is { } labels ? MonitoringWire.ToRecord(labels) : null,
        Observations = message.Observations is { } observations ? FeaturesWire.ToRecord(observations) : null,
    };

    public static W.ServeReply ToMessage(ServeReply reply)
    {
        var message = new W.ServeReply { Predictions = ToMessage(reply.Predictions) };
        if (reply.Labels is { } labels)
        {
            message.Labels = MonitoringWire.ToMessage(labels);
        }

        return message;
    }

    public static ServeReply ToRecord(W.ServeReply message) => new()
    {
        Predictions = ToRecord(message.Predictions
            ?? throw new InvalidInputException("ServeReply.predictions is absent: it is required.", "predictions")),
        Labels = message.Labels is { } labels ? MonitoringWire.ToRecord(labels) : null,
    };
}
