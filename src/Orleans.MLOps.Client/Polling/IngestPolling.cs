using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Polling;

/// <summary>Runs an ingest from staged bytes to its version.</summary>
internal static class IngestPolling
{
    /// <summary>What to ingest, from the arguments of <see cref="IDatasetsClient.IngestAsync"/>.</summary>
    public static IngestDataset Command(string name, StagedBlob staged, DataFormat format, IngestOptions options) => new()
    {
        Project = options.Project,
        Name = name,
        Format = format,
        Content = staged,
        Expectations = options.Expectations,
        Descriptions = options.Descriptions,
        Source = options.Source,
        Parents = options.Parents,
    };

    /// <summary>Starts the ingest and polls until it has ended; a failure comes back as its typed exception.</summary>
    public static async Task<DatasetVersionInfo> RunAsync(
        IStagedIngest ingest, IngestDataset command, TimeProvider clock, CancellationToken cancellationToken)
    {
        var operationId = Guid.NewGuid().ToString("N");
        var backoff = Backoff.ForIngest(clock);
        var progress = await ingest.BeginAsync(command, operationId, cancellationToken).ConfigureAwait(false);
        while (progress.Status == IngestStatus.Running)
        {
            await backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
            progress = await ingest.GetAsync(command.Project, command.Name, operationId, cancellationToken).ConfigureAwait(false);
        }

        if (progress is { Status: IngestStatus.Completed, Version: { } version })
        {
            return version;
        }

        throw TypedErrors.Create(
            progress.ErrorCode ?? ErrorCode.Unavailable, progress.Error ?? $"The ingest of '{command.Name}' ended without a version and without a reason.");
    }
}
