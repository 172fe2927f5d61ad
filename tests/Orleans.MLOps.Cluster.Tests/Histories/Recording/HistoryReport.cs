using System.Text;

namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>What a run did and found, as Markdown for the docs.</summary>
internal sealed record HistoryReport(IReadOnlyList<Operation> History, IReadOnlyDictionary<string, int> Faults, IReadOnlyList<Violation> Violations)
{
    private const int MostPrinted = 40;

    public long Lost => Violations.Where(violation => violation.Kind == ViolationKind.Lost).Sum(violation => violation.Count);

    public long Doubled => Violations.Where(violation => violation.Kind == ViolationKind.Doubled).Sum(violation => violation.Count);

    /// <summary>The last line.</summary>
    public string Totals => $"operations {History.Count}, faults {Faults.Values.Sum()}, lost {Lost}, doubled {Doubled}";

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var violation in Violations.Take(MostPrinted))
        {
            text.Append("VIOLATION ").Append(violation).Append('\n');
        }

        if (Violations.Count > MostPrinted)
        {
            text.Append($"VIOLATION and {Violations.Count - MostPrinted} more\n");
        }

        text.Append("\n| operation | ok | fail | info |\n|---|--:|--:|--:|\n");
        foreach (var kind in History.GroupBy(operation => $"{operation.Workload} {operation.Kind}").OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var types = kind.CountBy(operation => operation.Type).ToDictionary();
            text.Append(
                $"| {kind.Key} | {types.GetValueOrDefault(OperationType.Ok)} | {types.GetValueOrDefault(OperationType.Fail)} | {types.GetValueOrDefault(OperationType.Info)} |\n");
        }

        text.Append("\n| fault | times |\n|---|--:|\n");
        foreach (var (fault, times) in Faults.OrderBy(fault => fault.Key, StringComparer.Ordinal))
        {
            text.Append($"| {fault} | {times} |\n");
        }

        return text.Append('\n').Append(Totals).ToString();
    }
}
