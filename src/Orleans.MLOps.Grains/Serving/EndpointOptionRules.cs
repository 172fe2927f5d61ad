using System.Text.RegularExpressions;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What batching, limits, labels, shadow and payload log of an endpoint may be. Pure.</summary>
internal static partial class EndpointOptionRules
{
    private const int MostRows = 65_536;
    private const int MostQueueRows = 1 << 24;
    private const int MostInstances = 1024;
    private const int MostLabels = 16;
    private const long MostBytes = int.MaxValue;
    private const int MostWaitingPayloads = 1_000_000;
    private const long MostPayloadBytes = 1L << 30;
    private const long LeastKeptBytes = 16L << 20;
    private const long MostKeptBytes = 1L << 40;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestQueueTimeout = TimeSpan.FromHours(1);

    public static void Check(DeployEndpoint command)
    {
        Check(command.Variants);
        Check(command.Batching);
        Check(command.Limits);
        Check(command.PayloadLog);
        GoldenCheck.CheckShape(command.GoldenSamples);
        if (command.Shadow is { } shadow)
        {
            Require(shadow.Share is > 0 and <= 1, "shadow.share", shadow.Share, "a number above 0 and up to 1");
            Require(shadow.Tolerance >= 0 && double.IsFinite(shadow.Tolerance), "shadow.tolerance", shadow.Tolerance, "a finite number of at least 0");
            Require(shadow.Version > 0, "shadow.version", shadow.Version, "a version from 1");
        }
    }

    private static void Check(VariantSpec[] variants)
    {
        var names = variants.Select(variant => variant.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var variant in variants)
        {
            Require(variant.Labels.Length <= MostLabels, "labels", variant.Labels.Length, $"at most {MostLabels} for a variant");
            foreach (var label in variant.Labels)
            {
                Require(label is not null && Label().IsMatch(label), "labels", $"'{label}'", "1 to 100 letters, digits and '_'");
                if (!names.Add(label!))
                {
                    throw new InvalidInputException($"Label '{label}' of variant '{variant.Name}' is given twice, or is the name of a variant.", "labels");
                }
            }
        }
    }

    private static void Check(BatchingSpec batching)
    {
        Require(batching.MaxRows is >= 1 and <= MostRows, "batching.max_rows", batching.MaxRows, $"1 to {MostRows}");
        Require(batching.Delay >= TimeSpan.Zero && batching.Delay <= LongestDelay, "batching.delay", batching.Delay, $"0 to {LongestDelay}");
        Require(batching.QueueRows is >= 1 and <= MostQueueRows, "batching.queue_rows", batching.QueueRows, $"1 to {MostQueueRows}");
        Require(batching.QueueTimeout >= TimeSpan.Zero && batching.QueueTimeout <= LongestQueueTimeout, "batching.queue_timeout", batching.QueueTimeout, $"0 to {LongestQueueTimeout}");
        Require(batching.Instances is >= 0 and <= MostInstances, "batching.instances", batching.Instances, $"0 to {MostInstances}");
        for (var i = 0; i < batching.PreferredRows.Length; i++)
        {
            var least = i == 0 ? 1 : batching.PreferredRows[i - 1] + 1;
            Require(
                batching.PreferredRows[i] >= least && batching.PreferredRows[i] <= batching.MaxRows,
                $"batching.preferred_rows[{i}]", batching.PreferredRows[i], $"ascending numbers from 1 to max_rows ({batching.MaxRows})");
        }
    }

    private static void Check(PayloadLogSpec? log)
    {
        if (log is not null)
        {
            Require(log.SampleRate is >= 0 and <= 1, "payload_log.sample_rate", log.SampleRate, "0 to 1");
            Require(log.Capacity is >= 1 and <= MostWaitingPayloads, "payload_log.capacity", log.Capacity, $"1 to {MostWaitingPayloads}");
            Require(log.MaxBytes is >= 1 and <= MostPayloadBytes, "payload_log.max_bytes", log.MaxBytes, $"1 to {MostPayloadBytes}");
            Require(log.KeptBytes is >= LeastKeptBytes and <= MostKeptBytes, "payload_log.kept_bytes", log.KeptBytes, $"{LeastKeptBytes} to {MostKeptBytes}");
        }
    }

    private static void Check(EndpointLimits limits)
    {
        Require(limits.Concurrency >= 0, "limits.concurrency", limits.Concurrency, "0 or more");
        Require(limits.RatePerSecond >= 0 && double.IsFinite(limits.RatePerSecond), "limits.rate_per_second", limits.RatePerSecond, "a finite number of at least 0");
        Require(limits.Rows is >= 1 and <= MostRows, "limits.rows", limits.Rows, $"1 to {MostRows}");
        Require(limits.Bytes is >= 1 and <= MostBytes, "limits.bytes", limits.Bytes, $"1 to {MostBytes}");
    }

    /// <exception cref="InvalidInputException">It is not allowed.</exception>
    public static void Require(bool allowed, string field, object? given, string rule)
    {
        if (!allowed)
        {
            throw new InvalidInputException(FormattableString.Invariant($"{field} is {given}; {rule} is allowed."), field);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
