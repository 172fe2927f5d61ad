using System.Globalization;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Registers versions and moves an alias through a gate. An acknowledged version is there once, under the number that was answered; the
/// alias never stands on a version that its gate refuses.
/// </summary>
internal sealed class RegistryWorkload : IWorkload
{
    private const string Model = "histories-registry";
    private const string Alias = "gated";
    private const string Metric = "score";
    private const string Number = "number";
    private const double Bound = 0.5;
    private const int Page = 1000;

    private readonly Lock _gate = new();
    private readonly List<Candidate> _registered = [];
    private readonly List<Candidate> _found = [];
    private readonly List<int> _held = [];
    private int _number;

    public string Name => "registry";

    public int Clients => 3;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        await preparation.Client.Models.CreateAsync(new CreateModel { Name = Model }, cancellationToken);
        await preparation.Client.Models.SetGatesAsync(
            new SetGates { Model = Model, Alias = Alias, Gates = [new PromotionGate { Kind = GateKind.MetricAtLeast, Metric = Metric, Bound = Bound }] }, cancellationToken);
    }

    public Call Next(Random random, int client)
    {
        var (isMove, draw, score) = (random.Next(2) == 0, random.NextDouble(), random.NextDouble());
        var number = Interlocked.Increment(ref _number);
        lock (_gate)
        {
            if (isMove && _registered.Count > 0)
            {
                var to = _registered[(int)(draw * _registered.Count)];
                var command = new SetAlias { Model = Model, Alias = Alias, Version = to.Version, FromAnywhere = true, OperationId = $"move {number}" };
                return new("move", to, async (platform, cancel) =>
                {
                    await platform.Models.SetAliasAsync(command, cancel);
                    return null;
                });
            }
        }

        var register = new RegisterModelVersion
        {
            Model = Model,
            OperationId = $"version {number}",
            Source = $"s3://bucket/{number}",
            Metrics = new() { [Metric] = score },
            Tags = new() { [Number] = number.ToString(CultureInfo.InvariantCulture) },
        };
        return new("register", new Candidate(number, 0, score), async (platform, cancel) => (await platform.Models.RegisterAsync(register, cancel)).Version);
    }

    public void Completed(Operation operation, int client)
    {
        if (operation is { Kind: "register", Type: OperationType.Ok })
        {
            lock (_gate)
            {
                _registered.Add((Candidate)operation.Input with { Version = (int)operation.Output! });
            }
        }
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        ModelVersionPage? page = null;
        do
        {
            page = await client.Models.SearchVersionsAsync(new ModelVersionQuery { Filter = $"name = '{Model}'", Limit = Page, PageToken = page?.NextPageToken }, cancellationToken);
            _found.AddRange(page.Versions.Select(version => new Candidate(int.Parse(version.Tags[Number], CultureInfo.InvariantCulture), version.Version, version.Metrics[Metric])));
        }
        while (page.NextPageToken is not null);

        long? before = null;
        do
        {
            var changes = await client.Models.GetAliasHistoryAsync(new AliasHistoryQuery { Model = Model, Alias = Alias, BeforeSequence = before, Limit = Page }, cancellationToken);
            _held.AddRange(changes.Changes.Select(change => change.To!.Value));
            before = changes.NextBeforeSequence;
        }
        while (before is not null);
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        var found = _found.ToLookup(version => version.Number);
        var scores = _found.ToDictionary(version => version.Version, version => version.Score);
        var held = _held.ToHashSet();
        return
        [
            .. history.SelectMany(operation => operation.Kind == "register" ? CheckVersion(operation, [.. found[((Candidate)operation.Input).Number]]) : CheckMove(operation, held)),
            .. held.Where(version => !(scores.GetValueOrDefault(version) >= Bound)).Select(version =>
                new Violation(ViolationKind.Wrong, Name, $"the alias stood on version {version}, whose score is {scores.GetValueOrDefault(version)}")),
        ];
    }

    private IEnumerable<Violation> CheckVersion(Operation operation, Candidate[] found)
    {
        if (operation.Type == OperationType.Fail)
        {
            yield return new(ViolationKind.Wrong, Name, $"refused without a reason: {operation}");
        }

        if (operation.Type == OperationType.Ok && found.Length == 0)
        {
            yield return new(ViolationKind.Lost, Name, $"not in the registry: {operation}");
        }
        else if (found.Length > 1)
        {
            yield return new(ViolationKind.Doubled, Name, $"registered as {string.Join(", ", found.Select(version => version.Version))}: {operation}");
        }
        else if (operation.Type == OperationType.Ok && found[0] != (Candidate)operation.Input with { Version = (int)operation.Output! })
        {
            yield return new(ViolationKind.Wrong, Name, $"the registry holds {found[0]}: {operation}");
        }
    }

    private IEnumerable<Violation> CheckMove(Operation operation, HashSet<int> held)
    {
        var to = (Candidate)operation.Input;
        if (operation.Type == OperationType.Fail && to.Score >= Bound)
        {
            yield return new(ViolationKind.Wrong, Name, $"refused without a reason: {operation}");
        }
        else if (operation.Type == OperationType.Ok && !held.Contains(to.Version))
        {
            yield return new(ViolationKind.Lost, Name, $"not in the alias's history: {operation}");
        }
    }

    private sealed record Candidate(int Number, int Version, double Score);
}
