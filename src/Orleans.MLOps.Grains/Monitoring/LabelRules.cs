using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What a batch of labels must be like, whatever it labels.</summary>
internal static class LabelRules
{
    /// <summary>Checks a batch of labels; nothing is changed.</summary>
    public static void Validate(LabelBatch batch, DateTimeOffset now)
    {
        var count = batch.PredictionIds.Length;
        if (batch.Values.Length != count || batch.ObservedAt.Length != count)
        {
            throw new InvalidInputException(
                $"{count} prediction ids, {batch.Values.Length} values and {batch.ObservedAt.Length} times are given; there must be as many of each.", "labels");
        }

        for (var i = 0; i < count; i++)
        {
            if (!PredictionId.TryParse(batch.PredictionIds[i], out _))
            {
                throw new InvalidInputException($"Prediction id '{batch.PredictionIds[i]}' of label {i} is not one that a prediction gave.", "prediction_ids");
            }

            if (batch.Values[i] is not (0 or 1))
            {
                throw new InvalidInputException($"Label {i} has the value {batch.Values[i]}; 0 or 1 is needed.", "values");
            }

            EventTimes.RequireNotAhead(batch.ObservedAt[i], now, "observed_at");
            if (i > 0 && batch.ObservedAt[i] < batch.ObservedAt[i - 1])
            {
                throw new InvalidInputException($"Label {i} is earlier than the one before it; times must not decrease.", "observed_at");
            }
        }
    }
}
