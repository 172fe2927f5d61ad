using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>Logs files to a run, each under a path of its own. An acknowledged file is there with its very bytes.</summary>
internal sealed class ArtifactsWorkload : IWorkload
{
    private const int MostBytes = 20_000;

    private readonly Dictionary<string, string> _listed = [];
    private readonly HashSet<string> _damaged = [];
    private string _run = "";
    private int _number;

    public string Name => "artifacts";

    public int Clients => 1;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        var experiment = await preparation.Client.Experiments.CreateAsync("histories-artifacts", cancellationToken: cancellationToken);
        _run = (await preparation.Client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId }, cancellationToken)).RunId;
    }

    public Call Next(Random random, int client)
    {
        var bytes = new byte[random.Next(1, MostBytes)];
        random.NextBytes(bytes);
        var file = new LoggedFile($"files/{Interlocked.Increment(ref _number)}.bin", Digests.Of(bytes));
        return new("log", file, async (platform, cancel) => (await platform.Experiments.LogArtifactAsync(_run, file.Path, new MemoryStream(bytes), cancel)).Digest);
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var file in await client.Experiments.ListArtifactsAsync(_run, cancellationToken))
        {
            _listed.Add(file.Path, file.Digest);
            using var bytes = new MemoryStream();
            await client.Experiments.DownloadArtifactAsync(_run, file.Path, bytes, cancellationToken);
            if (Digests.Of(bytes.ToArray()) != file.Digest)
            {
                _damaged.Add(file.Path);
            }
        }
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history)
        {
            var file = (LoggedFile)operation.Input;
            var digest = _listed.GetValueOrDefault(file.Path);
            if (operation.Type == OperationType.Fail)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused without a reason: {operation}");
            }
            else if (operation.Type == OperationType.Ok && digest is null)
            {
                yield return new(ViolationKind.Lost, Name, $"not listed: {operation}");
            }
            else if ((digest is not null && digest != file.Digest) || _damaged.Contains(file.Path))
            {
                yield return new(ViolationKind.Wrong, Name, $"other bytes than were given: {operation}");
            }
        }
    }

    private sealed record LoggedFile(string Path, string Digest);
}
