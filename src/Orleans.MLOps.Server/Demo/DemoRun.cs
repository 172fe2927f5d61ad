using System.Diagnostics;

namespace Orleans.MLOps.Server.Demo;

/// <summary>The main job: sets the platform up with January's data, replays February to June, and reports.</summary>
internal static class DemoRun
{
    public static async Task<DemoReport> RunAsync(IMlopsClient client, Action<DateTimeOffset> advanceTo, DemoOptions options, IDemoOutput output, CancellationToken cancellationToken)
    {
        var total = Stopwatch.StartNew();
        var names = await DemoProject.TakeAsync(client, cancellationToken);
        await new DemoSetup(client, names, options, output).RunAsync(cancellationToken);

        output.Stage("Replay from February on: questions at departure, answers when they are known");
        var scores = new ScoreBook(options.Seed);
        var replay = new Replay(client, advanceTo, names, scores, output);
        await replay.RunAsync(FlightFile.Read(), options.Until, cancellationToken);

        var endpoint = await client.Serving.GetAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        var adwin = 0L;
        foreach (var version in endpoint.History.SelectMany(change => change.Variants).Select(variant => variant.Version).Distinct())
        {
            adwin += (await client.Monitoring.GetReportAsync(DemoProject.Endpoint, version, names.Project, cancellationToken)).AdwinFirings;
        }

        return new DemoReport
        {
            Periods = scores.Score(),
            Alerts = await client.Monitoring.ListAlertsAsync(DemoProject.Endpoint, names.Project, cancellationToken),
            Retrainings = await client.Pipelines.ListRunsAsync(DemoProject.Endpoint, names.Project, cancellationToken),
            AdwinFirings = adwin,
            Predictions = replay.Predictions,
            Labels = replay.Labels,
            Wall = new WallFigures
            {
                PredictionsPerSecond = replay.PredictionsPerSecond,
                MessageP50 = replay.MessageP50,
                MessageP99 = replay.MessageP99,
                PredictionsPerMessage = replay.PredictionsPerMessage,
                TotalSeconds = total.Elapsed.TotalSeconds,
            },
        };
    }
}
