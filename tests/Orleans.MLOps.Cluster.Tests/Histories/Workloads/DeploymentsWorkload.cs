using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Registers;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Some clients deploy one version after another, each on the condition of the revision they know, and others ask. Revisions follow
/// each other without a gap, nobody reads an older one than was acknowledged before, unless it is said to be unconfirmed, and every answer comes whole from one version
/// that somebody had deployed.
/// </summary>
internal sealed class DeploymentsWorkload : IWorkload
{
    private const string Endpoint = "histories-routes";
    private const int Deployers = 2;

    /// <summary>The last version is never deployed, so it must never answer.</summary>
    private const int DeployedVersions = Preparation.Versions - 1;

    private readonly Lock _gate = new();
    private readonly ChangeLog<Change> _changes = new("deployments", change => change.Operation);
    private Questions _questions = new();
    private int _revision;
    private int _prepared;
    private int _number;
    private EndpointInfo? _final;

    public string Name => "deployments";

    public int Clients => Deployers + 2;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        _questions = await preparation.QuestionsAsync();
        See(await preparation.Client.Serving.DeployAsync(Command(1, null, "prepare"), cancellationToken));
        _prepared = _revision;
    }

    public Call Next(Random random, int client)
    {
        if (client >= Deployers)
        {
            int[] rows = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(Questions.Rows))];
            return new("predict", new AskedRows(rows), async (platform, cancel) => await platform.Serving.PredictAsync(_questions.Ask(Endpoint, rows), cancel));
        }

        var (draw, version) = (random.Next(100), random.Next(1, DeployedVersions + 1));
        if (draw < 30)
        {
            return new("read", Endpoint, async (platform, cancel) =>
            {
                var endpoint = await platform.Serving.GetAsync(Endpoint, cancellationToken: cancel);
                var revision = See(endpoint);
                return endpoint.Unconfirmed ? null : (object?)revision;
            });
        }

        lock (_gate)
        {
            var command = Command(version, _revision, $"deploy {++_number}");
            return new("deploy", new Change(_revision + 1, version, command.OperationId), async (platform, cancel) => See(await platform.Serving.DeployAsync(command, cancel)));
        }
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        _final = await client.Serving.GetAsync(Endpoint, cancellationToken: cancellationToken);
        See(_final);
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history) =>
        [.. _changes.Violations, .. CheckChanges(history), .. CheckOrder(history), .. CheckAnswers(history)];

    private static DeployEndpoint Command(int version, int? expected, string operation) => new()
    {
        Name = Endpoint,
        Model = Preparation.Model,
        Variants = [new VariantSpec { Name = "only", Version = version }],
        ExpectedRevision = expected,
        Reason = operation,
        OperationId = operation,
    };

    private int See(EndpointInfo endpoint)
    {
        lock (_gate)
        {
            _revision = Math.Max(_revision, endpoint.Revision);
            _changes.Merge([.. endpoint.History.Select(change => new Change(change.Revision, change.Variants.Single().Version, change.Reason ?? ""))]);
        }

        return endpoint.Revision;
    }

    private IEnumerable<Violation> CheckChanges(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history.Where(operation => operation.Kind == "deploy"))
        {
            var isThere = _changes.Contains(((Change)operation.Input).Operation);
            if (operation.Type == OperationType.Ok && !isThere)
            {
                yield return new(ViolationKind.Lost, Name, $"not among the endpoint's changes: {operation}");
            }
            else if (operation.Type == OperationType.Fail && isThere)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused, but among the endpoint's changes: {operation}");
            }
        }

        var asked = history.Where(operation => operation.Kind == "deploy").Select(operation => (Change)operation.Input).ToHashSet();
        foreach (var (index, change) in _changes.Changes.Index())
        {
            if (change.Revision != index + 1 || (change.Revision > _prepared && !asked.Contains(change)))
            {
                yield return new(ViolationKind.Wrong, Name, $"change {index + 1} of the endpoint is {change}, which nobody asked for so");
            }
        }

        if (_final?.Revision != _changes.Changes.Count || _final?.Variants.Single().Version != _changes.Changes[^1].Version)
        {
            yield return new(ViolationKind.Wrong, Name, $"the endpoint is at revision {_final?.Revision} in the end; its last change is {_changes.Changes[^1]}");
        }
    }

    /// <summary>A revision seen by an answer is not older than one that an answer had shown before the question.</summary>
    private IEnumerable<Violation> CheckOrder(IReadOnlyList<Operation> history)
    {
        Operation[] answered = [.. history.Where(operation => operation is { Type: OperationType.Ok, Output: int })];
        var byInvocation = answered.OrderBy(operation => operation.Invoked).ToArray();
        var byCompletion = answered.OrderBy(operation => operation.Completed).ToArray();
        Operation? newest = null;
        var completed = 0;
        foreach (var operation in byInvocation)
        {
            for (; completed < byCompletion.Length && byCompletion[completed].Completed < operation.Invoked; completed++)
            {
                newest = newest is null || (int)byCompletion[completed].Output! > (int)newest.Output! ? byCompletion[completed] : newest;
            }

            if (newest is not null && (int)operation.Output! < (int)newest.Output!)
            {
                yield return new(ViolationKind.Wrong, Name, $"an older revision is seen after a newer one: {operation} after {newest}");
            }
        }
    }

    private IEnumerable<Violation> CheckAnswers(IReadOnlyList<Operation> history)
    {
        var firstDeployed = history.Where(operation => operation.Kind == "deploy")
            .GroupBy(operation => ((Change)operation.Input).Version).ToDictionary(group => group.Key, group => group.Min(operation => operation.Invoked));
        firstDeployed[1] = 0;
        foreach (var operation in history.Where(operation => operation is { Kind: "predict", Type: OperationType.Ok }))
        {
            var reply = (PredictReply)operation.Output!;
            foreach (var violation in _questions.Check(operation, ((AskedRows)operation.Input).Numbers, reply))
            {
                yield return violation;
            }

            if (reply.ModelVersions.Distinct().Count() > 1)
            {
                yield return new(ViolationKind.Wrong, Name, $"versions {string.Join(", ", reply.ModelVersions)} answer together, which were never deployed together: {operation}");
            }

            foreach (var version in reply.ModelVersions.Distinct().Where(version => firstDeployed.GetValueOrDefault(version, long.MaxValue) > operation.Completed))
            {
                yield return new(ViolationKind.Wrong, Name, $"version {version} answers, which nobody had deployed: {operation}");
            }
        }
    }

    private sealed record Change(int Revision, int Version, string Operation);
}
