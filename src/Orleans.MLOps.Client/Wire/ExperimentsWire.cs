using Orleans.MLOps.Experiments;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Metric batches, mapped by hand because training loops send them all the time.</summary>
internal static class ExperimentsWire
{
    public static W.LogBatch ToMessage(LogBatch batch)
    {
        var message = new W.LogBatch();
        Add(message.Params, batch.Params, "params");
        Add(message.Tags, batch.Tags, "tags");
        message.Metrics.Capacity = batch.Metrics.Length;
        foreach (var point in batch.Metrics)
        {
            message.Metrics.Add(ToMessage(point));
        }

        if (batch.OperationId is not null)
        {
            message.OperationId = batch.OperationId;
        }

        foreach (var expected in batch.ExpectedTags)
        {
            message.ExpectedTags.Add(ToMessage(expected));
        }

        return message;
    }

    private static W.MetricPoint ToMessage(MetricPoint point)
    {
        var message = new W.MetricPoint
        {
            Key = point.Key ?? throw new InvalidInputException("A metric's key is null: a text is required.", "metrics.key"),
            Value = point.Value,
            Step = point.Step,
            Timestamp = WireTime.ToTimestamp(point.Timestamp),
        };
        if (point.ModelId is not null)
        {
            message.ModelId = point.ModelId;
        }

        if (point.DatasetName is not null)
        {
            message.DatasetName = point.DatasetName;
        }

        if (point.DatasetDigest is not null)
        {
            message.DatasetDigest = point.DatasetDigest;
        }

        return message;
    }

    private static W.ExpectedTag ToMessage(ExpectedTag expected)
    {
        var message = new W.ExpectedTag { Key = expected.Key ?? throw new InvalidInputException("An expected tag's key is null: a text is required.", "expected_tags.key") };
        if (expected.Value is not null)
        {
            message.Value = expected.Value;
        }

        return message;
    }

    public static LogBatch ToRecord(W.LogBatch? message)
    {
        if (message is null)
        {
            throw new InvalidInputException("LogRequest.batch is absent: it is required.", "batch");
        }

        return new()
        {
            Params = WireValue.ToDictionary(message.Params),
            Tags = WireValue.ToDictionary(message.Tags),
            Metrics = ToPoints(message),
            OperationId = message.HasOperationId ? message.OperationId : null,
            ExpectedTags = [.. message.ExpectedTags.Select(expected => new ExpectedTag { Key = expected.Key, Value = expected.HasValue ? expected.Value : null })],
        };
    }

    private static MetricPoint[] ToPoints(W.LogBatch message)
    {
        var points = new MetricPoint[message.Metrics.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var point = message.Metrics[i];
            try
            {
                points[i] = new()
                {
                    Key = point.Key,
                    Value = point.Value,
                    Step = point.Step,
                    Timestamp = point.Timestamp is { } at ? WireTime.ToInstant(at, "timestamp") : default,
                    ModelId = point.HasModelId ? point.ModelId : null,
                    DatasetName = point.HasDatasetName ? point.DatasetName : null,
                    DatasetDigest = point.HasDatasetDigest ? point.DatasetDigest : null,
                };
            }
            catch (WireFieldException error)
            {
                throw error.Under($"metrics[{i}]").ToInvalidInput(nameof(LogBatch));
            }
        }

        return points;
    }

    private static void Add(Google.Protobuf.Collections.MapField<string, string> target, Dictionary<string, string> source, string field)
    {
        try
        {
            WireValue.Fill(source, target, field);
        }
        catch (WireFieldException error)
        {
            throw error.ToInvalidInput(nameof(LogBatch));
        }
    }
}
