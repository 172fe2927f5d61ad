using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Registers;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Some clients start canaries, cut them short by other deployments or roll back, the endpoint brings canaries on by itself, and others ask for the
/// newest revision that they know. Revisions follow each other without a gap, each is what somebody asked for or a step of the canary that ran,
/// and every answer comes from versions that one revision, not older than the one asked for, gave traffic to.
/// </summary>
internal sealed class CanariesWorkload : IWorkload
{
    private const string Endpoint = "histories-canaries";
    private const string ByClient = "client ";
    private const int Deployers = 2;

    private readonly Lock _gate = new();
    private readonly ChangeLog<Change> _changes = new("canaries", change => change.Reason.StartsWith(ByClient, StringComparison.Ordinal) ? change.Reason : $"{change.Reason} @{change.Revision}");
    private Questions _questions = new();
    private int _revision;
    private int _number;

    public string Name => "canaries";

    public int Clients => Deployers + 2;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        _questions = await preparation.QuestionsAsync();
        See(await preparation.Client.Serving.DeployAsync(Command(1, null, null, $"{ByClient}prepare"), cancellationToken));
    }

    public Call Next(Random random, int client)
    {
        if (client >= Deployers)
        {
            int[] rows = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(Questions.Rows))];
            var asked = new AskedOf(rows, Volatile.Read(ref _revision));
            return new("predict", asked, async (platform, cancel) =>
                await platform.Serving.PredictAsync(_questions.Ask(Endpoint, rows) with { MinimumRevision = asked.Revision }, cancel));
        }

        var draw = random.Next(100);
        if (draw < 60)
        {
            return new("read", Endpoint, async (platform, cancel) => See(await platform.Serving.GetAsync(Endpoint, cancellationToken: cancel)));
        }

        lock (_gate)
        {
            var operation = $"{ByClient}{++_number}";
            if (draw < 65)
            {
                return new("rollback", operation, async (platform, cancel) => See(await platform.Serving.RollbackAsync(Endpoint, operation, operation, cancellationToken: cancel)));
            }

            var (version, canary) = (random.Next(1, Preparation.Versions + 1), random.Next(1, Preparation.Versions));
            var command = Command(version, draw < 90 ? canary >= version ? canary + 1 : canary : null, _revision, operation);
            return new("deploy", operation, async (platform, cancel) => See(await platform.Serving.DeployAsync(command, cancel)));
        }
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken) =>
        See(await client.Serving.GetAsync(Endpoint, cancellationToken: cancellationToken));

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history) => [.. _changes.Violations, .. CheckChanges(history), .. CheckAnswers(history)];

    private static DeployEndpoint Command(int version, int? canary, int? expected, string operation) => new()
    {
        Name = Endpoint,
        Model = Preparation.Model,
        Variants = [new VariantSpec { Name = "main", Version = version }],
        Canary = canary is { } next
            ? new CanarySpec { Version = next, Steps = [0.3], StepDuration = TimeSpan.FromMilliseconds(1), MinimumRequests = 5, MaximumErrorRate = 1, MaximumLatencyRatio = 0, StopOnAlert = false, StopOnDrift = false, StopOnQuality = false }
            : null,
        ExpectedRevision = expected,
        Reason = operation,
        OperationId = operation,
    };

    private int See(EndpointInfo endpoint)
    {
        lock (_gate)
        {
            _revision = Math.Max(_revision, endpoint.Revision);
            _changes.Merge([.. endpoint.History.Select(change => new Change(change.Revision, change.Reason ?? "", Shares(change.Variants)))]);
        }

        return endpoint.Revision;
    }

    private static string Shares(VariantSpec[] variants) =>
        string.Join(" ", variants.Where(variant => variant.Weight > 0).Select(variant => FormattableString.Invariant($"{variant.Version}:{variant.Weight:0.###}")));

    private IEnumerable<Violation> CheckChanges(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history.Where(operation => operation.Kind is "deploy" or "rollback"))
        {
            var isThere = _changes.Contains((string)operation.Input);
            if (operation.Type == OperationType.Ok && !isThere)
            {
                yield return new(ViolationKind.Lost, Name, $"not among the endpoint's changes: {operation}");
            }
            else if (operation.Type == OperationType.Fail && isThere)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused, but among the endpoint's changes: {operation}");
            }
        }

        foreach (var (index, change) in _changes.Changes.Index())
        {
            if (change.Revision != index + 1)
            {
                yield return new(ViolationKind.Wrong, Name, $"change {index + 1} of the endpoint is {change}");
            }

            var before = index == 0 ? null : _changes.Changes[index - 1];
            if (!change.Reason.StartsWith(ByClient, StringComparison.Ordinal) && before?.Versions.Length != 2)
            {
                yield return new(ViolationKind.Wrong, Name, $"the endpoint moved by itself without a canary: {change} after {before}");
            }
        }
    }

    private IEnumerable<Violation> CheckAnswers(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history.Where(operation => operation is { Kind: "predict", Type: OperationType.Fail }))
        {
            yield return new(ViolationKind.Wrong, Name, $"refused, though that revision was acknowledged: {operation}");
        }

        foreach (var operation in history.Where(operation => operation is { Kind: "predict", Type: OperationType.Ok }))
        {
            var (asked, reply) = ((AskedOf)operation.Input, (PredictReply)operation.Output!);
            foreach (var violation in _questions.Check(operation, asked.Rows, reply))
            {
                yield return violation;
            }

            var answered = reply.ModelVersions.Distinct().ToArray();
            if (!_changes.Changes.Skip(asked.Revision - 1).Any(change => answered.All(version => change.Versions.Contains(version))))
            {
                yield return new(ViolationKind.Wrong, Name, $"versions {string.Join(", ", answered)} answer, which no revision from {asked.Revision} on serves together: {operation}");
            }
        }
    }

    private sealed record AskedOf(int[] Rows, int Revision)
    {
        public override string ToString() => $"{Rows.Length} rows of revision {Revision} or later";
    }

    private sealed record Change(int Revision, string Reason, string Shares)
    {
        public int[] Versions { get; } = [.. Shares.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(share => int.Parse(share.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture))];

        public bool Equals(Change? other) => other is not null && (Revision, Reason, Shares) == (other.Revision, other.Reason, other.Shares);

        public override int GetHashCode() => HashCode.Combine(Revision, Reason, Shares);
    }
}
