using System.Diagnostics;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Server.Demo;

/// <summary>
/// Asks the platform flight by flight as time passes: one message of the stream holds half an hour of departures and the
/// answers that became known in it; the platform applies both in the order of their times. The clock then moves on, and
/// stands still while a model trains.
/// </summary>
internal sealed class Replay(IMlopsClient client, Action<DateTimeOffset> advanceTo, DemoProject names, ScoreBook scores, IDemoOutput output)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);

    private readonly PriorityQueue<PendingAnswer, (DateTimeOffset At, long Order)> _answers = new();
    private readonly NaiveForecasts _naive = new();
    private readonly QuantileSketch _messageMilliseconds = new();
    private readonly Stopwatch _serving = new();
    private readonly Dictionary<string, (Flight Flight, double Platform, double Frozen, double BaseRate, double PreviousHour)> _open = [];
    private long _order;
    private int _revision;

    public long Predictions { get; private set; }

    public long Labels { get; private set; }

    public double PredictionsPerSecond => Predictions / Math.Max(_serving.Elapsed.TotalSeconds, 1e-9);

    public double MessageP50 => _messageMilliseconds.Quantile(0.5);

    public double MessageP99 => _messageMilliseconds.Quantile(0.99);

    public double PredictionsPerMessage => (double)Predictions / Math.Max(1, _messageMilliseconds.Count);

    public async Task RunAsync(List<Flight> flights, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var session = await client.Serving.OpenSessionAsync(cancellationToken);
        Prepare(flights);
        var next = flights.FindIndex(flight => flight.Departure >= FlightFacts.ReplayStart);
        var lastRun = (PipelineRunInfo?)null;
        for (var from = FlightFacts.ReplayStart; from < until; from += Step)
        {
            var departures = new List<Flight>();
            for (; next < flights.Count && flights[next].Departure < from + Step; next++)
            {
                departures.Add(flights[next]);
            }

            await ServeAsync(session, departures, from + Step, cancellationToken);
            advanceTo(from + Step);
            lastRun = await SettleAsync(lastRun, cancellationToken);
            if (FlightFacts.Local(from + Step) is { Hour: 0, Minute: 0, DayOfWeek: DayOfWeek.Monday })
            {
                output.Week(from + Step, Predictions, scores);
            }
        }
    }

    /// <summary>January's answers: those known before the replay make the base rate, those of the last day and the later ones feed the windows.</summary>
    private void Prepare(List<Flight> flights)
    {
        foreach (var flight in flights.TakeWhile(flight => flight.Departure < FlightFacts.ReplayStart))
        {
            var known = flight.AnswerKnownAt;
            if (known < FlightFacts.ReplayStart - TimeSpan.FromHours(25))
            {
                _naive.Learn(flight.IsLate);
            }
            else
            {
                _answers.Enqueue(new PendingAnswer(null, flight), (known, _order++));
            }
        }
    }

    private async Task ServeAsync(IServingSession session, List<Flight> departures, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var due = new List<PendingAnswer>();
        while (_answers.TryPeek(out var answer, out var priority) && priority.At < until)
        {
            _answers.Dequeue();
            due.Add(answer);
        }

        var request = ServeMessages.Create(names, departures, due, _revision);
        var started = Stopwatch.GetTimestamp();
        _serving.Start();
        var reply = await session.ServeAsync(request, cancellationToken);
        _serving.Stop();
        _messageMilliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        var frozen = departures.Count == 0 ? [] : await AskFrozenAsync(reply.Predictions, cancellationToken);
        Learn(due);
        Remember(departures, reply.Predictions, frozen);
    }

    private void Learn(List<PendingAnswer> due)
    {
        foreach (var answer in due)
        {
            _naive.Learn(answer.Flight.IsLate);
            if (answer.PredictionId is { } id && _open.Remove(id, out var open))
            {
                Labels++;
                scores.Add(open.Flight, open.Platform, open.Frozen, open.BaseRate, open.PreviousHour);
            }
        }
    }

    private void Remember(List<Flight> departures, PredictReply reply, double[] frozen)
    {
        var lastHour = reply.Features.FirstOrDefault(column => column.Name == "late_rate_1h")?.Numbers;
        for (var i = 0; i < departures.Count; i++)
        {
            var id = reply.PredictionIds[i];
            _open[id] = (departures[i], reply.Probabilities[i], frozen[i], _naive.BaseRate, _naive.PreviousHour(lastHour?[i] ?? double.NaN));
            _answers.Enqueue(new PendingAnswer(id, departures[i]), (departures[i].AnswerKnownAt, _order++));
        }

        Predictions += departures.Count;
    }

    /// <summary>The January model that is never replaced answers the same questions with the same features.</summary>
    private async Task<double[]> AskFrozenAsync(PredictReply served, CancellationToken cancellationToken)
    {
        var reply = await client.Serving.PredictAsync(
            new PredictRequest { Project = names.Project, Endpoint = DemoProject.FrozenEndpoint, Columns = served.Features }, cancellationToken);
        return reply.Probabilities;
    }

    private async Task<PipelineRunInfo?> SettleAsync(PipelineRunInfo? last, CancellationToken cancellationToken)
    {
        await client.Monitoring.FlushAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        await client.Pipelines.WakeAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        var run = await client.Pipelines.GetActiveRunAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        var began = run;
        while (run is { Status: PipelineRunStatus.Sealing or PipelineRunStatus.Training or PipelineRunStatus.Judging })
        {
            await Task.Delay(PollEvery, cancellationToken);
            run = await client.Pipelines.GetActiveRunAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        }

        if (run is { Status: PipelineRunStatus.Promoting })
        {
            // A promotion that is due already is carried out before the clock moves on, whoever drives it.
            await client.Pipelines.WakeAsync(DemoProject.Endpoint, names.Project, cancellationToken);
        }

        if (began is not null || last is not null)
        {
            // What was promoted before the clock moved on answers the next message, whichever silo takes it.
            _revision = (await client.Serving.GetAsync(DemoProject.Endpoint, names.Project, cancellationToken)).Revision;
        }

        if (run is not null && (run.RunId != last?.RunId || run.Status != last.Status))
        {
            output.Retraining(run);
        }

        return run;
    }
}
