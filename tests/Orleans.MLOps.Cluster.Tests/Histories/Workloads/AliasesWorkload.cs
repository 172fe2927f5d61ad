using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Registers;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Moves aliases by compare-and-set and reads them. Every alias is a register whose history must be linearizable, and the registry's
/// own list of moves must agree. An alias is left for a new one before its history gets too long to check.
/// </summary>
internal sealed class AliasesWorkload : IWorkload
{
    private const int Slots = 2;
    private const int OperationsAnAlias = 100;
    private const int Nothing = 0;

    private readonly Lock _gate = new();
    private readonly ChangeLog<Move> _moves = new("aliases", move => move.Operation);
    private readonly int[] _begun = new int[Slots];
    private readonly Dictionary<string, int> _lastSeen = [];
    private Dictionary<string, int> _final = [];
    private int _number;

    public string Name => "aliases";

    public int Clients => 3;

    public Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken) => preparation.ModelAsync();

    public Call Next(Random random, int client)
    {
        var slot = random.Next(Slots);
        var (draw, known, to) = (random.Next(100), random.Next(4) > 0, random.Next(Preparation.Versions + 1));
        var guess = random.Next(Preparation.Versions + 1);
        lock (_gate)
        {
            var alias = $"slot{slot}-{_begun[slot]++ / OperationsAnAlias}";
            if (draw < 30)
            {
                return new("read", new Target(alias), async (platform, cancel) => See(alias, await platform.Models.GetAsync(Preparation.Model, cancellationToken: cancel)));
            }

            var from = known ? _lastSeen.GetValueOrDefault(alias) : guess;
            to = to == from ? (from + 1) % (Preparation.Versions + 1) : to;
            var command = new SetAlias
            {
                Model = Preparation.Model,
                Alias = alias,
                ExpectedVersion = from == Nothing ? null : from,
                Version = to == Nothing ? null : to,
                Reason = $"move {++_number}",
                OperationId = $"move {_number}",
            };
            return new("cas", new Move(alias, from, to, command.OperationId), async (platform, cancel) => See(alias, await platform.Models.SetAliasAsync(command, cancel)));
        }
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        var model = await client.Models.GetAsync(Preparation.Model, cancellationToken: cancellationToken);
        _moves.Merge([.. model.History.Select(Of)]);
        _final = model.Aliases.ToDictionary(alias => alias.Name, alias => alias.Version);
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history) =>
        [.. _moves.Violations, .. CheckMoves(history), .. CheckChains(), .. CheckRegisters(history)];

    private IEnumerable<Violation> CheckMoves(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history.Where(operation => operation.Kind == "cas"))
        {
            var isThere = _moves.Contains(((Move)operation.Input).Operation);
            if (operation.Type == OperationType.Ok && !isThere)
            {
                yield return new(ViolationKind.Lost, Name, $"not in the registry's list of moves: {operation}");
            }
            else if (operation.Type == OperationType.Fail && isThere)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused, but in the registry's list of moves: {operation}");
            }
        }
    }

    private IEnumerable<Violation> CheckChains()
    {
        foreach (var alias in _moves.Changes.GroupBy(move => move.Alias))
        {
            var at = Nothing;
            foreach (var move in alias)
            {
                if (move.From != at)
                {
                    yield return new(ViolationKind.Wrong, Name, $"the registry's list of moves has {move} while the alias was at {at}");
                }

                at = move.To;
            }

            if (_final.GetValueOrDefault(alias.Key) != at)
            {
                yield return new(ViolationKind.Wrong, Name, $"alias {alias.Key} points to {_final.GetValueOrDefault(alias.Key)} at the end; its list of moves ends at {at}");
            }
        }
    }

    private IEnumerable<Violation> CheckRegisters(IReadOnlyList<Operation> history)
    {
        foreach (var alias in history.GroupBy(operation => ((IAliased)operation.Input).Alias))
        {
            var end = new RegisterOperation(RegisterAction.Read, OperationType.Ok, long.MaxValue - 1, long.MaxValue, Nothing, _final.GetValueOrDefault(alias.Key));
            if (Linearizability.Explain(alias.Select(ToRegister).Append(end), Nothing) is { } reason)
            {
                yield return new(ViolationKind.Wrong, Name, $"the history of alias {alias.Key} is not linearizable: {reason}");
            }
        }
    }

    private static RegisterOperation ToRegister(Operation operation) => operation.Input is Move move
        ? new(RegisterAction.CompareAndSet, operation.Type, operation.Invoked, operation.Completed, move.From, move.To)
        : new(RegisterAction.Read, operation.Type, operation.Invoked, operation.Completed, Nothing, (int?)operation.Output ?? Nothing);

    private int See(string alias, ModelInfo model)
    {
        var value = model.Aliases.FirstOrDefault(known => known.Name == alias)?.Version ?? Nothing;
        lock (_gate)
        {
            _lastSeen[alias] = value;
            _moves.Merge([.. model.History.Select(Of)]);
        }

        return value;
    }

    private static Move Of(AliasChange change) => new(change.Alias, change.From ?? Nothing, change.To ?? Nothing, change.Reason!);

    private interface IAliased
    {
        string Alias { get; }
    }

    private sealed record Target(string Alias) : IAliased;

    private sealed record Move(string Alias, int From, int To, string Operation) : IAliased;
}
