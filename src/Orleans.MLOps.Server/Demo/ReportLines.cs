using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Server.Demo;

/// <summary>What the demo says under its table.</summary>
internal static class ReportLines
{
    public static IEnumerable<string> Create(DemoReport report)
    {
        var runs = report.Retrainings;
        var promoted = runs.Where(run => run is { Verdict: Verdict.Promoted, Status: PipelineRunStatus.Completed }).ToList();
        yield return $"alerts          {report.Alerts.Count}: {Counts(report.Alerts)}; raw ADWIN on the squared error fired {report.AdwinFirings} times (a daily cycle makes it), the alerts do not follow it";
        yield return $"retrainings     {runs.Count}: {promoted.Count} promoted, {Count(runs, Verdict.Refused)} refused, {Count(runs, Verdict.NotEnoughEvidence)} without enough evidence, {Count(runs, Verdict.Failed)} failed";
        yield return $"predictions     {report.Predictions}, answers joined {report.Labels}; {report.Wall.PredictionsPerSecond:f0} predictions/s through gRPC, logged durably";
        yield return $"stream message  p50 {report.Wall.MessageP50:f1} ms, p99 {report.Wall.MessageP99:f1} ms, {report.Wall.PredictionsPerMessage:f0} predictions each (with the answers of the same half hour)";
        yield return promoted.Count == 0
            ? "alert to serving  no model was promoted"
            : $"alert to serving  {Median(promoted):f1} s of wall time (median of {promoted.Count}; slowest {promoted.Max(run => run.WallSecondsToServing):f1} s)";
        yield return $"wall time       {report.Wall.TotalSeconds:f0} s in all";
    }

    private static int Count(IEnumerable<PipelineRunInfo> runs, Verdict verdict) => runs.Count(run => run.Verdict == verdict);

    private static string Counts(IEnumerable<Alert> alerts) => string.Join(
        ", ", alerts.GroupBy(alert => alert.Kind).OrderBy(kind => kind.Key).Select(kind => $"{kind.Count()} {kind.Key}"));

    private static double Median(List<PipelineRunInfo> runs) =>
        runs.Select(run => run.WallSecondsToServing).Order().ElementAt(runs.Count / 2);
}
