using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Client.Serving;

/// <summary>Predictions of types that <see cref="ModelInputAttribute"/> and <see cref="ModelOutputAttribute"/> map; nothing is looked up by reflection.</summary>
public static class TypedPredictions
{
    /// <summary>
    /// Answers rows, by <see cref="IServingClient.PredictAsync"/> where <typeparamref name="TIn"/> is columns and by
    /// <see cref="IServingClient.InferAsync"/> where it is tensors; repeated as these are.
    /// </summary>
    /// <param name="serving">Any client: co-hosted, of Orleans or over gRPC.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="rows">The rows; for none no call is made. A request of columns takes 65,536.</param>
    /// <param name="options">Default: the default project, any revision.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <typeparam name="TIn">A row as the model is asked.</typeparam>
    /// <typeparam name="TOut">What it answers.</typeparam>
    /// <returns>One answer a row, in order.</returns>
    /// <exception cref="InvalidInputException">A row is null, the model does not take the rows, or gives no output that <typeparamref name="TOut"/> asks for; the field names it.</exception>
    /// <exception cref="FailedPreconditionException">The endpoint takes tensors and <typeparamref name="TIn"/> is columns.</exception>
    public static async Task<TOut[]> PredictAsync<TIn, TOut>(
        this IServingClient serving, string endpoint, IReadOnlyList<TIn> rows, TypedPredictionOptions? options = null, CancellationToken cancellationToken = default)
        where TIn : IModelInput<TIn>
        where TOut : IModelOutput<TOut>
    {
        ArgumentNullException.ThrowIfNull(serving);
        if (Map(rows) is not { } inputs)
        {
            return [];
        }

        options ??= new();
        if (inputs.Columns is { } columns)
        {
            var reply = await serving.PredictAsync(ToRequest(endpoint, columns, options), cancellationToken).ConfigureAwait(false);
            return TOut.FromModel(new(reply));
        }

        var inferred = await serving.InferAsync(ToRequest(endpoint, inputs.Tensors!, options), cancellationToken).ConfigureAwait(false);
        return TOut.FromModel(new(inferred.Outputs, rows.Count));
    }

    /// <summary>
    /// Answers rows on the caller's thread, by <see cref="EmbeddedModel.Predict"/> where <typeparamref name="TIn"/> is columns and by
    /// <see cref="EmbeddedModel.Infer(Tensor[])"/> where it is tensors.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows, any number.</param>
    /// <typeparam name="TIn">A row as the model is asked.</typeparam>
    /// <typeparam name="TOut">What it answers: for columns <c>probability</c> and <c>model_version</c>, the version that was packaged; for tensors the outputs of the model.</typeparam>
    /// <returns>One answer a row, in order.</returns>
    /// <exception cref="InvalidInputException">A row is null, the model does not take the rows, or gives no output that <typeparamref name="TOut"/> asks for; the field names it.</exception>
    /// <exception cref="FailedPreconditionException">The model takes tensors and <typeparamref name="TIn"/> is columns.</exception>
    public static TOut[] Predict<TIn, TOut>(this EmbeddedModel model, IReadOnlyList<TIn> rows)
        where TIn : IModelInput<TIn>
        where TOut : IModelOutput<TOut>
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Map(rows) is not { } inputs)
        {
            return [];
        }

        if (inputs.Columns is not { } columns)
        {
            return TOut.FromModel(new(model.Infer(inputs.Tensors!), rows.Count));
        }

        var probabilities = model.Predict(columns);
        return TOut.FromModel(new(
            [InputTensors.Numbers("probability", probabilities), InputTensors.Numbers("model_version", Enumerable.Repeat(model.Manifest.Version, rows.Count).ToArray())], rows.Count));
    }

    private static ModelInputs? Map<TIn>(IReadOnlyList<TIn> rows)
        where TIn : IModelInput<TIn>
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row] is null)
            {
                throw new InvalidInputException($"Row {row} is null.", "rows");
            }
        }

        return rows.Count == 0 ? null : TIn.ToModel(rows);
    }

    private static PredictRequest ToRequest(string endpoint, FeatureColumn[] columns, TypedPredictionOptions options)
    {
        Refuse(options.Version is not null, "version", "tensors");
        Refuse(options.Label is not null, "label", "tensors");
        Refuse(options.Timeout is not null, "timeout", "tensors");
        return new()
        {
            Project = options.Project,
            Endpoint = endpoint,
            Columns = columns,
            EventTimes = options.EventTimes,
            OperationId = options.OperationId,
            AffinityKey = options.AffinityKey,
            MinimumRevision = options.MinimumRevision,
        };
    }

    private static InferRequest ToRequest(string endpoint, Tensor[] tensors, TypedPredictionOptions options)
    {
        Refuse(options.EventTimes.Length > 0, "event_times", "columns");
        Refuse(options.OperationId is not null, "operation_id", "columns");
        return new()
        {
            Project = options.Project,
            Endpoint = endpoint,
            Inputs = tensors,
            Version = options.Version,
            Label = options.Label,
            AffinityKey = options.AffinityKey,
            Timeout = options.Timeout,
            MinimumRevision = options.MinimumRevision,
        };
    }

    private static void Refuse(bool given, string option, string kind)
    {
        if (given)
        {
            throw new InvalidInputException($"The option {option} is given; it is for rows of {kind} only.", option);
        }
    }
}
