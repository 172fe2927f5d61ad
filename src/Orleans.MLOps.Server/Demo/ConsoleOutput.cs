using Orleans.MLOps.Pipelines;
using Spectre.Console;

namespace Orleans.MLOps.Server.Demo;

/// <summary>Colours and a table in a terminal, plain lines when the output is redirected.</summary>
internal sealed class ConsoleOutput(IAnsiConsole console, TimeProvider wallTime) : IDemoOutput
{
    private const int RedirectedWidth = 220;

    private readonly long _started = wallTime.GetTimestamp();

    public static ConsoleOutput Create()
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return new ConsoleOutput(console, TimeProvider.System);
    }

    private string Clock => $"{wallTime.GetElapsedTime(_started).TotalSeconds,6:f1}s";

    public void Stage(string title) => console.MarkupLineInterpolated($"[grey]{Clock}[/]  [bold]{title}[/]");

    public void Fact(string text) => console.MarkupLineInterpolated($"[grey]{Clock}[/]    {text}");

    public void Week(DateTimeOffset now, long predictions, ScoreBook scores)
    {
        var (platform, frozen) = scores.Recent(15_000);
        console.MarkupLineInterpolated(
            $"[grey]{Clock}[/]    {FlightFacts.Local(now):yyyy-MM-dd}  {predictions,7} predictions   log loss of the last 15,000 answers: platform {platform:f4}, January model {frozen:f4}");
    }

    public void Retraining(PipelineRunInfo run)
    {
        var when = FlightFacts.Local(run.TriggeredAt);
        if (run.Status == PipelineRunStatus.Promoting)
        {
            console.MarkupLineInterpolated($"[grey]{Clock}[/]  [green]{when:yyyy-MM-dd HH:mm}  retrained; promotion due {FlightFacts.Local(run.PromoteAt!.Value):HH:mm}[/]: {run.Reason}");
        }
        else if (run.Verdict != Verdict.Promoted)
        {
            console.MarkupLineInterpolated($"[grey]{Clock}[/]  [yellow]{when:yyyy-MM-dd HH:mm}  retrained, {Words(run.Verdict)}[/]: {run.Reason}");
        }
    }

    public void Report(DemoReport report)
    {
        console.WriteLine();
        console.Write(ScoreTable.Create(report));
        foreach (var line in ReportLines.Create(report))
        {
            console.MarkupLineInterpolated($"{line}");
        }
    }

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Refused => "refused",
        Verdict.NotEnoughEvidence => "not enough evidence",
        _ => "failed",
    };
}
