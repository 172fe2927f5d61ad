using Spectre.Console;

namespace Orleans.MLOps.Server.Demo;

/// <summary>The demo's table: one row a month, one over all.</summary>
internal static class ScoreTable
{
    public static Table Create(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Ascii).Title("Late by more than 15 minutes? Log loss decides; lower is better.");
        foreach (var header in new[]
        {
            "2001", "answers", "late", "log loss\nplatform", "log loss\nJanuary model", "difference\n[[95% interval by days]]", "log loss\nbase rate", "log loss\nlast hour",
            "AUC\nplatform", "AUC\nJanuary", "accuracy\nplatform", "accuracy\nJanuary", "majority\nshare",
        })
        {
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap());
        }

        foreach (var period in report.Periods)
        {
            var late = (double)period.Platform.Positives / period.Platform.Count;
            var difference = period.Difference;
            table.AddRow(
                period.Name,
                $"{period.Platform.Count}",
                $"{late:p1}",
                $"{period.Platform.LogLoss:f4}",
                $"{period.Frozen.LogLoss:f4}",
                double.IsFinite(difference.IntervalLow)
                    ? $"{difference.MeanDifference:+0.0000;-0.0000} [[{difference.IntervalLow:+0.0000;-0.0000}, {difference.IntervalHigh:+0.0000;-0.0000}]]"
                    : $"{difference.MeanDifference:+0.0000;-0.0000}",
                $"{period.BaseRateLogLoss:f4}",
                $"{period.PreviousHourLogLoss:f4}",
                $"{period.Platform.Auc:f3}",
                $"{period.Frozen.Auc:f3}",
                $"{period.Platform.Accuracy:p1}",
                $"{period.Frozen.Accuracy:p1}",
                $"{period.Platform.MajorityShare:p1}");
        }

        return table;
    }
}
