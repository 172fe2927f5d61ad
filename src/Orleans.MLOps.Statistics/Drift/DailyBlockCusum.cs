namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// The tabular CUSUM of Page (1954) over values of closed blocks, usually one a day of event time, so that a cycle within the day and its
/// autocorrelation cannot fire it. A value is standardised with the reference mean and standard deviation; the upper sum is
/// max(0, sum + z - slack), the lower max(0, sum - z - slack); it fires when a watched sum exceeds the threshold, and both start from zero at
/// the update after. With slack 0.5 and threshold 4 a one-sided chart of independent normal values gives a false alarm about
/// every 336 blocks and finds a shift of one standard deviation in about 8. Non-finite values are counted and skipped. Not thread-safe.
/// </summary>
public sealed class DailyBlockCusum
{
    /// <summary>Slack unless given: 0.5 standard deviations.</summary>
    public const double DefaultSlack = 0.5;

    /// <summary>Threshold unless given: 4 standard deviations.</summary>
    public const double DefaultThreshold = 4;

    /// <summary>A chart at zero.</summary>
    /// <param name="referenceMean">Mean of the block values while all is well; finite.</param>
    /// <param name="referenceStandardDeviation">Their standard deviation; finite and above 0.</param>
    /// <param name="side">Which changes fire.</param>
    /// <param name="slack">Half the shift to be found, in standard deviations; finite, at least 0.</param>
    /// <param name="threshold">Height that fires, in standard deviations; finite, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument outside its range.</exception>
    public DailyBlockCusum(
        double referenceMean,
        double referenceStandardDeviation,
        CusumSide side = CusumSide.Upper,
        double slack = DefaultSlack,
        double threshold = DefaultThreshold)
    {
        if (!double.IsFinite(referenceMean))
            throw new ArgumentOutOfRangeException(nameof(referenceMean), referenceMean, "The reference mean must be finite.");
        if (!(referenceStandardDeviation > 0 && double.IsFinite(referenceStandardDeviation)))
            throw new ArgumentOutOfRangeException(nameof(referenceStandardDeviation), referenceStandardDeviation, "The reference standard deviation must be finite and above 0.");
        if (!Enum.IsDefined(side))
            throw new ArgumentOutOfRangeException(nameof(side), side, "The side must be Upper, Lower or Both.");
        if (!(slack >= 0 && double.IsFinite(slack)))
            throw new ArgumentOutOfRangeException(nameof(slack), slack, "The slack must be finite and at least 0.");
        if (!(threshold > 0 && double.IsFinite(threshold)))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be finite and above 0.");
        (ReferenceMean, ReferenceStandardDeviation, Side, Slack, Threshold) = (referenceMean, referenceStandardDeviation, side, slack, threshold);
    }

    /// <summary>Mean of the block values while all is well.</summary>
    public double ReferenceMean { get; }

    /// <summary>Standard deviation of the block values while all is well.</summary>
    public double ReferenceStandardDeviation { get; }

    /// <summary>Which changes fire.</summary>
    public CusumSide Side { get; }

    /// <summary>Half the shift to be found, in standard deviations.</summary>
    public double Slack { get; }

    /// <summary>Height that fires, in standard deviations.</summary>
    public double Threshold { get; }

    /// <summary>The upper sum after the last update, in standard deviations.</summary>
    public double Upper { get; private set; }

    /// <summary>The lower sum after the last update, in standard deviations.</summary>
    public double Lower { get; private set; }

    /// <summary>The larger of the sums that are watched.</summary>
    public double Statistic => Side switch
    {
        CusumSide.Upper => Upper,
        CusumSide.Lower => Lower,
        _ => Math.Max(Upper, Lower),
    };

    /// <summary>Whether the last update fired; the sums start from zero at the next one.</summary>
    public bool DriftDetected { get; private set; }

    /// <summary>Finite block values fed.</summary>
    public long BlockCount { get; private set; }

    /// <summary>Updates that fired.</summary>
    public long DetectionCount { get; private set; }

    /// <summary>Non-finite values skipped.</summary>
    public long SkippedCount { get; private set; }

    /// <summary>Feeds the value of one closed block and says whether the chart fires. A non-finite value is skipped and gives false.</summary>
    public bool Update(double blockValue)
    {
        var z = (blockValue - ReferenceMean) / ReferenceStandardDeviation;
        if (!double.IsFinite(z))
        {
            SkippedCount++;
            return false;
        }
        if (DriftDetected)
            Reset();
        BlockCount++;
        Upper = Math.Max(0, Upper + z - Slack);
        Lower = Math.Max(0, Lower - z - Slack);
        DriftDetected = Statistic > Threshold;
        if (DriftDetected)
            DetectionCount++;
        return DriftDetected;
    }

    /// <summary>Sets both sums to zero; the counters stay.</summary>
    public void Reset() => (Upper, Lower, DriftDetected) = (0, 0, false);

    /// <summary>Writes settings and state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.DailyBlockCusum);
        writer.Write(ReferenceMean);
        writer.Write(ReferenceStandardDeviation);
        writer.Write((byte)Side);
        writer.Write(Slack);
        writer.Write(Threshold);
        writer.Write(Upper);
        writer.Write(Lower);
        StateFormat.WriteFlag(writer, DriftDetected);
        StateFormat.WriteCount(writer, BlockCount);
        StateFormat.WriteCount(writer, DetectionCount);
        StateFormat.WriteCount(writer, SkippedCount);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the chart goes on as if never interrupted.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static DailyBlockCusum Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.DailyBlockCusum);
        var cusum = new DailyBlockCusum(
            StateFormat.ReadFinite(reader, "Reference mean"),
            StateFormat.ReadFinite(reader, "Reference standard deviation", double.Epsilon),
            (CusumSide)StateFormat.ReadInt(reader, "Side", 0, 2),
            StateFormat.ReadFinite(reader, "Slack", 0),
            StateFormat.ReadFinite(reader, "Threshold", double.Epsilon))
        {
            Upper = StateFormat.ReadFinite(reader, "Upper sum", 0),
            Lower = StateFormat.ReadFinite(reader, "Lower sum", 0),
            DriftDetected = StateFormat.ReadFlag(reader, "Drift flag"),
            BlockCount = StateFormat.ReadCount(reader, "Blocks"),
        };
        cusum.DetectionCount = StateFormat.ReadCount(reader, "Detections", 0, cusum.BlockCount);
        cusum.SkippedCount = StateFormat.ReadCount(reader, "Skipped values");
        return cusum;
    }
}
