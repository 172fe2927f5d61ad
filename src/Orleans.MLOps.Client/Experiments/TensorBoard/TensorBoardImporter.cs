using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Logs an event file into a run. The same file gives the same batches under the same names, so a repeat adds nothing.</summary>
internal sealed class TensorBoardImporter(IExperimentsClient experiments, Stream content)
{
    /// <summary>Marks runs made by an import; its value is the file's digest once all of it is stored.</summary>
    public const string Tag = "tensorboard.import";

    private const string Unfinished = "unfinished";

    public async Task<TensorBoardImport> ImportAsync(StartRun command, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new EventFileReader(content);
        await reader.OpenAsync(cancellationToken).ConfigureAwait(false);
        command = command with { StartedAt = reader.StartedAt, Tags = new() { [Tag] = Unfinished } };
        var run = await experiments.StartRunAsync(command, cancellationToken).ConfigureAwait(false);
        var mark = run.Tags.GetValueOrDefault(Tag)
            ?? throw new FailedPreconditionException($"Run {run.RunId} exists and was not made by an import; leave its id out, or give another.", "run_id");
        var repeated = run.Status != RunStatus.Running;
        var batches = new ImportBatches(experiments, run.RunId, isDry: repeated);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } item)
        {
            await batches.AddAsync(item, cancellationToken).ConfigureAwait(false);
        }

        if (repeated)
        {
            RequireSame(run, mark, reader.Digest);
        }
        else
        {
            await batches.EndAsync(new() { [Tag] = reader.Digest }, cancellationToken).ConfigureAwait(false);
            var end = new UpdateRun { Status = reader.Status, EndedAt = reader.EndedAt };
            await experiments.UpdateRunAsync(run.RunId, end, cancellationToken).ConfigureAwait(false);
        }

        return new()
        {
            RunId = run.RunId,
            Params = batches.Params,
            Points = batches.Points,
            Repeated = repeated,
            Ignored = reader.Ignored,
        };
    }

    /// <summary>A file that can be read twice is read to its end before anything is written.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!content.CanSeek)
        {
            return;
        }

        var start = content.Position;
        using var reader = new EventFileReader(content);
        await reader.OpenAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
        }

        content.Position = start;
    }

    private static void RequireSame(RunInfo run, string mark, string digest)
    {
        if (mark != digest)
        {
            var what = mark == Unfinished ? "ended before its import did" : $"holds another event file (digest {mark}; this one has {digest})";
            throw new FailedPreconditionException($"Run {run.RunId} {what}; leave its id out, or give another.", "run_id");
        }
    }
}
