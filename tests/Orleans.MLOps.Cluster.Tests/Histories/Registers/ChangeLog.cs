using Orleans.MLOps.Cluster.Tests.Histories.Recording;

namespace Orleans.MLOps.Cluster.Tests.Histories.Registers;

/// <summary>
/// The whole list of changes of something, put together from the latest ones that each answer shows. Every change has a name of its
/// own, so that two answers that tell different pasts are found out.
/// </summary>
internal sealed class ChangeLog<T>(string workload, Func<T, string> name)
    where T : IEquatable<T>
{
    private readonly List<T> _changes = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly List<Violation> _violations = [];

    public IReadOnlyList<T> Changes => _changes;

    /// <summary>Changes that stood twice, and answers that told another past than those before.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    public bool Contains(string change) => _places.ContainsKey(change);

    /// <summary>Takes what one answer shows, oldest first.</summary>
    public void Merge(IReadOnlyList<T> latest)
    {
        if (latest.Count == 0)
        {
            return;
        }

        var known = Enumerable.Range(0, latest.Count).FirstOrDefault(i => _places.ContainsKey(name(latest[i])), -1);
        if (known < 0 && _changes.Count > 0)
        {
            _violations.Add(new(ViolationKind.Wrong, workload, $"an answer begins with '{latest[0]}', which does not go on from '{_changes[^1]}'"));
            return;
        }

        var place = known < 0 ? 0 : _places[name(latest[known])];
        for (var i = Math.Max(known, 0); i < latest.Count; i++, place++)
        {
            if (place < _changes.Count)
            {
                if (!_changes[place].Equals(latest[i]))
                {
                    _violations.Add(new(ViolationKind.Wrong, workload, $"one answer shows '{_changes[place]}' where another shows '{latest[i]}'"));
                    return;
                }
            }
            else if (_places.TryAdd(name(latest[i]), place))
            {
                _changes.Add(latest[i]);
            }
            else
            {
                _violations.Add(new(ViolationKind.Doubled, workload, $"'{latest[i]}' stands in the list of changes twice"));
                return;
            }
        }
    }
}
