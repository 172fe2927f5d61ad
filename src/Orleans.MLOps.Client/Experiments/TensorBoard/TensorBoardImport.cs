namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>What <see cref="TensorBoardExperiments.ImportTensorBoardAsync"/> made of an event file.</summary>
public sealed record TensorBoardImport
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Hyperparameters in the file; they are the run's params.</summary>
    public int Params { get; init; }

    /// <summary>Scalars in the file; they are the run's metric points.</summary>
    public long Points { get; init; }

    /// <summary>Whether this file had been imported into this run before, and nothing was written now.</summary>
    public bool Repeated { get; init; }

    /// <summary>
    /// How many values the run does not keep, by kind: graph, log-message, session-log, run-metadata, histogram, image, audio, text,
    /// tensor (of more than one number), hparam (a list or structure, or a second value of one name), other.
    /// </summary>
    public IReadOnlyDictionary<string, long> Ignored { get; init; } = new Dictionary<string, long>();
}
