using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What a report of predictions may say. Pure.</summary>
internal static class ReportRules
{
    /// <exception cref="FailedPreconditionException">The endpoint has not had the version in its kept history.</exception>
    /// <exception cref="InvalidInputException">Something is null.</exception>
    public static void Check(EndpointInfo endpoint, ReportPredictions report)
    {
        // No door lets one through, but an Orleans client may.
        if (report.Columns is null || report.Probabilities is null || report.EventTimes is null || report.Latencies is null)
        {
            throw new InvalidInputException("The columns, probabilities, event times and latencies must not be null.", "columns");
        }

        var known = endpoint.Variants.Concat(endpoint.History.SelectMany(change => change.Variants)).Select(variant => variant.Version);
        if (!known.Contains(report.ModelVersion))
        {
            throw new FailedPreconditionException(
                $"Endpoint '{endpoint.Name}' has not had version {report.ModelVersion} of model '{endpoint.Model}' in its last changes, which were of {string.Join(", ", known.Distinct().Order())}. Deploy the version to it first.",
                "model_version");
        }
    }

    /// <exception cref="InvalidInputException">There are no rows, not as many values as rows, or values that no model gives.</exception>
    public static void CheckRows(int rows, ReportPredictions report)
    {
        if (rows == 0)
        {
            throw new InvalidInputException("The report has no predictions; at least one is needed.", "columns");
        }

        RequireLength(report.Probabilities.Length, rows, "probabilities");
        RequireLength(report.EventTimes.Length, rows, "event_times");
        if (report.Latencies.Length > 0)
        {
            RequireLength(report.Latencies.Length, rows, "latencies");
        }

        for (var row = 0; row < rows; row++)
        {
            if (report.Probabilities[row] is not (>= 0 and <= 1))
            {
                throw new InvalidInputException($"Probability {report.Probabilities[row]:r} of prediction {row} is not from 0 to 1.", "probabilities");
            }

            if (report.Latencies.Length > 0 && !(report.Latencies[row] >= 0 && float.IsFinite((float)report.Latencies[row])))
            {
                throw new InvalidInputException($"Latency {report.Latencies[row]:r} of prediction {row} is no finite number of milliseconds from 0 on.", "latencies");
            }
        }
    }

    private static void RequireLength(int given, int rows, string field)
    {
        if (given != rows)
        {
            throw new InvalidInputException($"{given} {field.Replace('_', ' ')} for {rows} predictions.", field);
        }
    }
}
