using Orleans.MLOps.Features;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Demo;

/// <summary>Puts flights and answers into the stream's messages.</summary>
internal static class ServeMessages
{
    public static ServeRequest Create(DemoProject names, List<Flight> departures, List<PendingAnswer> due, int revision)
    {
        var labels = due.FindAll(answer => answer.PredictionId is not null);
        var observations = due.FindAll(answer => answer.PredictionId is null);
        return new ServeRequest
        {
            Predict = new PredictRequest
            {
                Project = names.Project,
                Endpoint = DemoProject.Endpoint,
                Columns = Columns(departures),
                EventTimes = [.. departures.Select(flight => flight.Departure)],
                ReturnFeatures = true,
                MinimumRevision = revision,
            },
            Labels = labels.Count == 0 ? null : new LabelBatch
            {
                Project = names.Project,
                Endpoint = DemoProject.Endpoint,
                PredictionIds = [.. labels.Select(answer => answer.PredictionId!)],
                Values = [.. labels.Select(answer => answer.Flight.IsLate ? 1.0 : 0.0)],
                ObservedAt = [.. labels.Select(answer => answer.Flight.AnswerKnownAt)],
            },
            Observations = observations.Count == 0 ? null : new ObservationBatch
            {
                Keys = [.. observations.Select(answer => answer.Flight.Origin)],
                Values = [.. observations.Select(answer => answer.Flight.IsLate ? 1.0 : 0.0)],
                ObservedAt = [.. observations.Select(answer => answer.Flight.AnswerKnownAt)],
            },
        };
    }

    /// <summary>What the caller knows at departure; the windows are the platform's business.</summary>
    private static FeatureColumn[] Columns(List<Flight> flights) => flights.Count == 0 ? [] :
    [
        new FeatureColumn { Name = "distance", Numbers = [.. flights.Select(flight => (double)flight.DistanceMiles)] },
        Text(flights, "hour", flight => FlightFacts.Local(flight.Departure).Hour.ToString()),
        Text(flights, "weekday", flight => FlightFacts.Local(flight.Departure).DayOfWeek.ToString()),
        Text(flights, "origin", flight => flight.Origin),
        Text(flights, "destination", flight => flight.Destination),
    ];

    private static FeatureColumn Text(List<Flight> flights, string name, Func<Flight, string> value) =>
        new() { Name = name, Texts = [.. flights.Select(value)] };
}
