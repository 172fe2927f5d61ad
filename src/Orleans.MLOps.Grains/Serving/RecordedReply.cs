using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The answer of a request as the prediction log has it. Pure.</summary>
internal static class RecordedReply
{
    /// <exception cref="FailedPreconditionException">The name was used for a request of another size.</exception>
    public static PredictReply Create(SealedBatch batch, PredictionOperation operation, int rows, bool withFeatures)
    {
        if (operation.Rows != rows)
        {
            throw new FailedPreconditionException(
                $"The operation id was used before for {operation.Rows} instances; this request has {rows}. Another request needs another id.", "operation_id");
        }

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
