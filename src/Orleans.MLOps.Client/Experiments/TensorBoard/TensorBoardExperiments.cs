using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Runs to and from TensorBoard's event files (<c>events.out.tfevents.*</c>).</summary>
public static class TensorBoardExperiments
{
    /// <summary>
    /// Writes a run as one event file: all points of all metrics as scalars with step and time, params as hyperparameters, and the
    /// histograms of <see cref="LogHistogramAsync"/>. TensorBoard shows numbers of 32 bits; the exact ones stand beside them and come
    /// back by <see cref="ImportTensorBoardAsync"/>. NaN and infinities are kept. Streams: memory does not grow with the run.
    /// </summary>
    /// <param name="experiments">The experiments.</param>
    /// <param name="runId">The run.</param>
    /// <param name="destination">Written from its position on, flushed, and left open. After an error it holds a part of the file.</param>
    /// <param name="cancellationToken">Stops the export.</param>
    /// <returns>A name for the file, and what it holds.</returns>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public static Task<TensorBoardExport> ExportTensorBoardAsync(
        this IExperimentsClient experiments, string runId, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(destination);
        return new TensorBoardExporter(experiments).ExportAsync(runId, destination, cancellationToken);
    }

    /// <summary>
    /// Logs a histogram as the file <c>histograms/TAG/STEP.json</c> of a run, <c>{"edges": [...], "counts": [...]}</c>; an export writes all
    /// such files, whoever made them. Idempotent; another histogram of the same tag and step replaces it.
    /// </summary>
    /// <param name="experiments">The experiments.</param>
    /// <param name="runId">The run.</param>
    /// <param name="tag">What is counted, such as <c>layer1/weights</c>; its parts become folders.</param>
    /// <param name="step">The step.</param>
    /// <param name="histogram">Edges and counts.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InvalidInputException">The histogram breaks a rule, or the tag makes no path.</exception>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public static Task<ArtifactInfo> LogHistogramAsync(
        this IExperimentsClient experiments, string runId, string tag, long step, Histogram histogram, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(histogram);
        histogram.Check();
        var path = HistogramFiles.PathOf(tag, step);
        return tag.Length > 0
            ? HistogramFiles.WriteAsync(experiments, runId, path, histogram, cancellationToken)
            : throw new InvalidInputException("tag '' is not allowed: a name such as 'layer1/weights' is.", "tag");
    }

    /// <summary>
    /// Makes a run of an event file of TensorFlow, PyTorch or any other writer: scalars become metric points, hyperparameters become
    /// params, and the run ends as the file says. Anything else is counted and left out. Streams: memory does not grow with the file.
    /// Idempotent when <paramref name="runId"/> is given: a repeat goes on where an interrupted import stopped, and changes nothing after a
    /// whole one.
    /// </summary>
    /// <param name="experiments">The experiments.</param>
    /// <param name="content">The event file, read from its position to its end and left open. One that can seek is checked to its end before anything is written.</param>
    /// <param name="experimentId">The experiment of the run.</param>
    /// <param name="name">A name for people; none if absent.</param>
    /// <param name="runId">32 lower-case hex digits for the run; made by the platform if absent.</param>
    /// <param name="cancellationToken">Stops the import; the run stays open.</param>
    /// <returns>The run and what was read.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is cut short, damaged, has a record of more than 64 MB, or is no event file; the message names the byte. Nothing was written if the
    /// stream can seek; otherwise the run stays open with what stood before that byte.
    /// </exception>
    /// <exception cref="FailedPreconditionException">The run exists and was not made by an import, or holds another file.</exception>
    public static Task<TensorBoardImport> ImportTensorBoardAsync(
        this IExperimentsClient experiments,
        Stream content,
        long experimentId,
        string? name = null,
        string? runId = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentNullException.ThrowIfNull(content);
        return new TensorBoardImporter(experiments, content).ImportAsync(
            new() { ExperimentId = experimentId, Name = name, RunId = runId }, cancellationToken);
    }
}
