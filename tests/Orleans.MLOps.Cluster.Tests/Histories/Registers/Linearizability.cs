using Orleans.MLOps.Cluster.Tests.Histories.Recording;

namespace Orleans.MLOps.Cluster.Tests.Histories.Registers;

/// <summary>
/// Whether one order of the operations explains every answer, in which none stands before another that had completed when it was
/// invoked: the search of Wing and Gong, remembering the configurations that led nowhere as Lowe does. An unknown operation may stand
/// anywhere after its invocation, or nowhere; of several that do the same the one invoked first is as good as any.
/// </summary>
internal sealed class Linearizability
{
    /// <summary>So many operations with a known outcome one register may have.</summary>
    public const int MostOperations = 128;

    private const int MostConfigurations = 1_000_000;

    private readonly RegisterOperation[] _known;
    private readonly RegisterOperation[][] _unknown;
    private readonly HashSet<Configuration> _failed = [];
    private int _deepest;

    private Linearizability(RegisterOperation[] known, RegisterOperation[][] unknown) => (_known, _unknown) = (known, unknown);

    /// <summary>Why the history is not linearizable; null when it is.</summary>
    /// <exception cref="ArgumentException">There are too many operations.</exception>
    public static string? Explain(IEnumerable<RegisterOperation> history, int initial)
    {
        RegisterOperation[] all = [.. history.Where(Matters).OrderBy(operation => operation.Invoked)];
        RegisterOperation[] known = [.. all.Where(operation => operation.Type != OperationType.Info)];
        if (known.Length > MostOperations)
        {
            throw new ArgumentException($"{known.Length} operations on one register; at most {MostOperations} can be checked.", nameof(history));
        }

        RegisterOperation[][] unknown =
        [
            .. all.Where(operation => operation.Type == OperationType.Info)
                .GroupBy(operation => (operation.Action, operation.Expected, operation.Value))
                .Select(group => group.ToArray()),
        ];
        var search = new Linearizability(known, unknown);
        return search.Run(initial);
    }

    /// <summary>Reads of unknown outcome and refused writes say nothing.</summary>
    private static bool Matters(RegisterOperation operation) => (operation.Action, operation.Type) switch
    {
        (RegisterAction.Read, var type) => type == OperationType.Ok,
        (RegisterAction.Write, var type) => type != OperationType.Fail,
        _ => true,
    };

    private string? Run(int initial)
    {
        var all = _known.Length == 128 ? UInt128.MaxValue : (UInt128.One << _known.Length) - 1;
        var stack = new Stack<(Configuration At, IEnumerator<Configuration> Next)>();
        var start = new Configuration(0, initial, string.Concat(Enumerable.Repeat('\0', _unknown.Length)));
        stack.Push((start, Successors(start).GetEnumerator()));
        while (stack.TryPeek(out var top))
        {
            if (top.At.Done == all)
            {
                return null;
            }

            if (!top.Next.MoveNext())
            {
                stack.Pop();
                continue;
            }

            var next = top.Next.Current;
            if (_failed.Add(next))
            {
                _deepest = Math.Max(_deepest, (int)UInt128.PopCount(next.Done));
                stack.Push((next, Successors(next).GetEnumerator()));
            }

            if (_failed.Count > MostConfigurations)
            {
                return $"undecided after {MostConfigurations} configurations";
            }
        }

        return $"no order explains more than {_deepest} of {_known.Length} known operations: {string.Join("; ", _known.Concat(_unknown.SelectMany(group => group)).OrderBy(operation => operation.Invoked))}";
    }

    /// <summary>What may come next; the known first, because an unknown one is only needed where they do not suffice.</summary>
    private IEnumerable<Configuration> Successors(Configuration at)
    {
        // Nothing may stand before an operation that had completed when it was invoked.
        var bound = long.MaxValue;
        for (var i = 0; i < _known.Length; i++)
        {
            if (!at.IsDone(i))
            {
                bound = Math.Min(bound, _known[i].Completed);
            }
        }

        for (var i = 0; i < _known.Length && _known[i].Invoked < bound; i++)
        {
            if (!at.IsDone(i) && _known[i].Apply(at.Value) is { } value)
            {
                yield return at with { Done = at.Done | (UInt128.One << i), Value = value };
            }
        }

        for (var group = 0; group < _unknown.Length; group++)
        {
            var used = at.Used[group];
            if (used < _unknown[group].Length && _unknown[group][used] is var operation && operation.Invoked < bound
                && operation.Apply(at.Value) is { } value && value != at.Value)
            {
                yield return at with { Value = value, Used = string.Concat(at.Used.AsSpan(0, group), [(char)(used + 1)], at.Used.AsSpan(group + 1)) };
            }
        }
    }

    /// <param name="Done">The known operations that have their place.</param>
    /// <param name="Value">What the register holds after them.</param>
    /// <param name="Used">How many of each group of unknown operations have a place; a string for its equality.</param>
    private readonly record struct Configuration(UInt128 Done, int Value, string Used)
    {
        public bool IsDone(int operation) => (Done >> operation & UInt128.One) == UInt128.One;
    }
}
