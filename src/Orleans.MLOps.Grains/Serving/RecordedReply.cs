using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The answer of a request as the prediction log has it. Pure.</summary>
internal static class RecordedReply
{
    public static PredictReply Create(SealedBatch batch, PredictionOperation operation, bool withFeatures)
    {
        var taken = operation.FirstRow..(operation.FirstRow + operation.Rows);
        return new PredictReply
        {
            PredictionIds = [.. Enumerable.Range(operation.FirstRow, operation.Rows).Select(row =>
                PredictionId.Create(batch.EventTimes[row], batch.Recorder, batch.Sequence, row).ToString())],
            Probabilities = Array.ConvertAll(batch.Probabilities[taken], value => (double)value),
            ModelVersions = batch.Versions[taken],
            Features = withFeatures
                ?
                [
                    .. batch.NumericNames.Select((name, i) => new FeatureColumn { Name = name, Numbers = batch.Numeric[i][taken] }),
                    .. batch.CategoricalNames.Select((name, i) => new FeatureColumn { Name = name, Texts = batch.Categorical[i][taken] }),
                ]
                : [],
        };
    }
}
