namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>What an event file holds after <see cref="TensorBoardExperiments.ExportTensorBoardAsync"/>.</summary>
public sealed record TensorBoardExport
{
    /// <summary>A name under which TensorBoard finds the file, such as <c>events.out.tfevents.1767225600.host</c>; put each run's file into a folder of its own.</summary>
    public required string FileName { get; init; }

    /// <summary>Params written as hyperparameters.</summary>
    public int Params { get; init; }

    /// <summary>Metric points written as scalars.</summary>
    public long Points { get; init; }

    /// <summary>Histograms written.</summary>
    public long Histograms { get; init; }

    /// <summary>Files below <c>histograms/</c> that are no histograms, and were left out.</summary>
    public long Ignored { get; init; }
}
