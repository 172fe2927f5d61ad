using System.Globalization;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Registers;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Clients compete for the params of runs, which only the first may set, and overwrite their tags. Each field is a register whose
/// history must be linearizable; every write brings a value of its own.
/// </summary>
internal sealed class RunFieldsWorkload : IWorkload
{
    private const int OperationsAField = 30;
    private const int FieldsARun = 20;
    private const int Nothing = 0;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _started = [];
    private readonly Dictionary<string, RunInfo> _final = [];
    private long _experiment;
    private int _begun;
    private int _value;

    public string Name => "run fields";

    public int Clients => 3;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken) =>
        _experiment = (await preparation.Client.Experiments.CreateAsync("histories-fields", cancellationToken: cancellationToken)).ExperimentId;

    public Call Next(Random random, int client)
    {
        var (isParam, isRead) = (random.Next(2) == 0, random.Next(2) == 0);
        var number = Interlocked.Increment(ref _begun) / OperationsAField;
        var run = (number / FieldsARun).ToString("x32", CultureInfo.InvariantCulture);
        var field = new Field(run, isParam, $"f{number}");
        if (isRead)
        {
            return new("read", field, async (platform, cancel) =>
            {
                await StartAsync(platform, run, cancel);
                return ValueOf(field, await platform.Experiments.GetRunAsync(run, cancel));
            });
        }

        var value = Interlocked.Increment(ref _value);
        var values = new Dictionary<string, string> { [field.Key] = value.ToString(CultureInfo.InvariantCulture) };
        return new(isParam ? "set param" : "set tag", field with { Value = value }, async (platform, cancel) =>
        {
            await StartAsync(platform, run, cancel);
            await platform.Experiments.LogAsync(run, isParam ? new LogBatch { Params = values } : new LogBatch { Tags = values }, cancel);
            return null;
        });
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var run in _started)
        {
            _final[run] = await client.Experiments.GetRunAsync(run, cancellationToken);
        }
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        foreach (var field in history.GroupBy(operation => (Field)operation.Input with { Value = Nothing }))
        {
            var final = _final.TryGetValue(field.Key.Run, out var run) ? ValueOf(field.Key, run) : Nothing;
            foreach (var operation in field.Where(operation => operation is { Kind: "set param", Type: OperationType.Ok } && ((Field)operation.Input).Value != final))
            {
                yield return new(ViolationKind.Lost, Name, $"the param holds {final} in the end: {operation}");
            }

            var end = new RegisterOperation(RegisterAction.Read, OperationType.Ok, long.MaxValue - 1, long.MaxValue, Nothing, final);
            if (Linearizability.Explain(field.Select(ToRegister).Append(end), Nothing) is { } reason)
            {
                yield return new(ViolationKind.Wrong, Name, $"the history of {field.Key} is not linearizable: {reason}");
            }
        }
    }

    private static RegisterOperation ToRegister(Operation operation)
    {
        var field = (Field)operation.Input;
        var (action, value) = operation.Kind switch
        {
            "read" => (RegisterAction.Read, (int?)operation.Output ?? Nothing),
            "set param" => (RegisterAction.CompareAndSet, field.Value),
            _ => (RegisterAction.Write, field.Value),
        };
        return new(action, operation.Type, operation.Invoked, operation.Completed, Nothing, value);
    }

    private static int ValueOf(Field field, RunInfo run) =>
        (field.IsParam ? run.Params : run.Tags).TryGetValue(field.Key, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : Nothing;

    /// <summary>Safe to repeat, so every client does it until one of its calls has succeeded.</summary>
    private async Task StartAsync(IMlopsClient platform, string run, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_started.Contains(run))
            {
                return;
            }
        }

        await platform.Experiments.StartRunAsync(new StartRun { ExperimentId = _experiment, RunId = run }, cancellationToken);
        lock (_gate)
        {
            _started.Add(run);
        }
    }

    private sealed record Field(string Run, bool IsParam, string Key, int Value = Nothing);
}
