using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Asks a durable endpoint with clients that repeat, by single calls and by sessions. A request without an answer is sent again under its
/// name until it has one, so in the end the endpoint's counter is exact: every row once, whatever was repeated and by whom. Each
/// prediction is then labelled under its id, so that no row can stand in for another.
/// </summary>
internal sealed class NamedPredictionsWorkload : IWorkload
{
    private const string Endpoint = "histories-named";
    private const int Version = 3;
    private const int MostRows = 4;
    private const int LabelsAMessage = 1000;

    /// <summary>Rows are told apart by their number over this: 32-bit numbers hold it exactly.</summary>
    private const double MostNumbers = 1 << 24;

    private readonly Lock _gate = new();
    private readonly NamedRows?[] _unanswered = new NamedRows?[2];
    private readonly List<(NamedRows Asked, PredictReply Reply)> _answered = [];
    private SignatureColumn[] _signature = [];
    private MonitorReport? _report;
    private int _requests;

    public string Name => "named predictions";

    public int Clients => _unanswered.Length;

    public bool RepeatsCalls => true;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        await preparation.ModelAsync();
        _signature = (await preparation.Client.Models.GetVersionAsync(Preparation.Model, Version, cancellationToken: cancellationToken)).Signature;
        await preparation.Client.Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = Endpoint,
                Model = Preparation.Model,
                Variants = [new VariantSpec { Name = "only", Version = Version }],
                LogPolicy = LogPolicy.Durable,
                OperationId = "prepare",
            },
            cancellationToken);
    }

    public Call Next(Random random, int client)
    {
        var (isSession, count) = (random.Next(2) == 0, random.Next(1, MostRows + 1));
        var rows = _unanswered[client] is { } again ? again with { IsRepeat = true } : NewRows(count);
        return isSession
            ? new("serve", rows, async (platform, cancel) => await ServeAsync(platform, rows, cancel))
            : new("predict", rows, async (platform, cancel) => await platform.Serving.PredictAsync(Ask(rows), cancel));
    }

    public void Completed(Operation operation, int client)
    {
        var rows = (NamedRows)operation.Input;
        _unanswered[client] = operation.Type == OperationType.Info ? rows : null;
        if (operation.Output is PredictReply reply)
        {
            lock (_gate)
            {
                _answered.Add((rows, reply));
            }
        }
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var rows in _unanswered.OfType<NamedRows>())
        {
            var again = rows with { IsRepeat = true };
            _answered.Add((again, await client.Serving.PredictAsync(Ask(again), cancellationToken)));
        }

        await client.Monitoring.FlushAsync(Endpoint, cancellationToken: cancellationToken);
        foreach (var ids in _answered.SelectMany(entry => entry.Reply.PredictionIds).Chunk(LabelsAMessage))
        {
            await client.Monitoring.LabelAsync(Label(ids, TimeProvider.System.GetUtcNow()), cancellationToken);
        }

        await client.Monitoring.FlushAsync(Endpoint, cancellationToken: cancellationToken);
        _report = await client.Monitoring.GetReportAsync(Endpoint, Version, cancellationToken: cancellationToken);
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        var refused = history.Where(operation => operation.Type == OperationType.Fail).ToArray();
        return
        [
            .. refused.Select(operation => new Violation(ViolationKind.Wrong, Name, $"refused without a reason: {operation}")),
            .. _answered.SelectMany(entry => CheckReply(entry.Asked, entry.Reply)),
            .. _answered.SelectMany(entry => entry.Reply.PredictionIds).GroupBy(id => id).Where(group => group.Skip(1).Any())
                .Select(group => new Violation(ViolationKind.Wrong, Name, $"{group.Count()} predictions have the id {group.Key}")),
            .. CheckCounters(refused.Sum(operation => ((NamedRows)operation.Input).Count)),
        ];
    }

    /// <summary>What is answered from the log must be about the rows that were asked, as what is computed.</summary>
    private IEnumerable<Violation> CheckReply(NamedRows asked, PredictReply reply)
    {
        if (reply.PredictionIds.Length != asked.Count || reply.Probabilities.Length != asked.Count || reply.ModelVersions.Any(version => version != Version))
        {
            yield return new(ViolationKind.Wrong, Name, $"{reply.PredictionIds.Length} rows are answered by versions {string.Join(", ", reply.ModelVersions)}: {asked}");
        }

        foreach (var column in _signature.Where(column => !column.Categorical))
        {
            var served = reply.Features.FirstOrDefault(feature => feature.Name == column.Name)?.Numbers ?? [];
            if (!served.SequenceEqual(Marks(asked)))
            {
                yield return new(ViolationKind.Wrong, Name, $"answered with {column.Name} of rows {string.Join(", ", served.Select(mark => mark * MostNumbers))}: {asked}");
            }
        }
    }

    /// <param name="uncertain">So many rows were refused, which an attempt before the refused one may have recorded.</param>
    private IEnumerable<Violation> CheckCounters(int uncertain)
    {
        var (report, acknowledged) = (_report!, _answered.Sum(entry => entry.Asked.Count));
        if (report.Predictions < acknowledged)
        {
            yield return new(ViolationKind.Lost, Name, $"{report.Predictions} predictions are logged; {acknowledged} were acknowledged") { Count = acknowledged - report.Predictions };
        }
        else if (report.Predictions > acknowledged + uncertain)
        {
            yield return new(ViolationKind.Doubled, Name, $"{report.Predictions} predictions are logged; {acknowledged} were acknowledged, {uncertain} refused")
            {
                Count = report.Predictions - acknowledged - uncertain,
            };
        }

        if (report.Labelled != acknowledged)
        {
            yield return new(report.Labelled < acknowledged ? ViolationKind.Lost : ViolationKind.Doubled, Name, $"{report.Labelled} of {acknowledged} acknowledged predictions are found by their ids")
            {
                Count = Math.Abs(acknowledged - report.Labelled),
            };
        }
    }

    private NamedRows NewRows(int count)
    {
        var number = Interlocked.Increment(ref _requests);
        return new($"request {number}", number * MostRows, count);
    }

    private PredictRequest Ask(NamedRows rows) => new()
    {
        Endpoint = Endpoint,
        OperationId = rows.Name,
        IsRepeat = rows.IsRepeat,
        ReturnFeatures = true,
        Columns =
        [
            .. _signature.Select(column => column.Categorical
                ? new FeatureColumn { Name = column.Name, Texts = [.. rows.Numbers.Select(number => SampleData.Cities[number % SampleData.Cities.Length])] }
                : new FeatureColumn { Name = column.Name, Numbers = Marks(rows) }),
        ],
    };

    private async Task<PredictReply> ServeAsync(IMlopsClient client, NamedRows rows, CancellationToken cancellationToken)
    {
        await using var session = await client.Serving.OpenSessionAsync(cancellationToken);
        return (await session.ServeAsync(new ServeRequest { Predict = Ask(rows) }, cancellationToken)).Predictions;
    }

    private static double[] Marks(NamedRows rows) => [.. rows.Numbers.Select(number => number / MostNumbers)];

    private static LabelBatch Label(string[] ids, DateTimeOffset now) => new()
    {
        Endpoint = Endpoint,
        PredictionIds = ids,
        Values = [.. ids.Select((_, number) => (double)(number % 2))],
        ObservedAt = [.. ids.Select(_ => now)],
    };
}
