using System.Text;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Statistics.Windows;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// What the monitor of one model version knows. Pure: the same folds in the same order give the same state and the same
/// findings on any machine, and a restored checkpoint goes on as if never interrupted.
/// </summary>
internal sealed class MonitorState
{
    /// <summary>How long after an event day labels are waited for before the day is judged.</summary>
    public static readonly TimeSpan LabelLateness = TimeSpan.FromHours(12);

    private const byte Version = 3;

    /// <summary>
    /// How much longer than the window predictions are kept: they may be folded before labels that came earlier, when a monitor catches up
    /// or several silos feed it, and a day is judged over the same predictions all the same.
    /// </summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(2);

    private readonly MonitoringReference _reference;
    private readonly PaneWindow<ServingPane> _window;
    private readonly PaneWindow<QualityPane> _recentQuality;
    private Adwin _adwin = new();
    private QualityPane _quality = new();
    private SeasonalLossTrigger? _loss;
    private SeasonalLossTrigger? _calibration;

    public MonitorState(MonitoringReference reference, MonitorOptions options)
    {
        _reference = reference;
        _window = new(BatchSummarizer.PaneLength, options.Window + Ahead, () => new ServingPane(reference.Layout));
        _recentQuality = new(BatchSummarizer.PaneLength, options.Window, static () => new QualityPane());
        _loss = Trigger(reference.Loss, options, CusumSide.Upper);
        _calibration = Trigger(reference.Calibration, options, CusumSide.Both);
    }

    private MonitorState(MonitoringReference reference, PaneWindow<ServingPane> window, PaneWindow<QualityPane> recentQuality) =>
        (_reference, _window, _recentQuality) = (reference, window, recentQuality);

    public long Predictions { get; private set; }

    public long RepeatedLabels { get; private set; }

    public long CorrectedLabels { get; private set; }

    /// <summary>Latest time at which a label became known, UTC microseconds; 0 before the first.</summary>
    public long Watermark { get; private set; }

    /// <summary>When the version began to serve, or was last found too old, UTC microseconds; 0 before the first label.</summary>
    public long YoungSince { get; private set; }

    /// <summary>The first event day (UTC, days since 0001-01-01) whose labels are still waited for; 0 before the first label.</summary>
    public int OpenDay { get; private set; }

    /// <summary>The state's time as the world sees it; null before the first label.</summary>
    public DateTimeOffset? WatermarkTime => Watermark == 0 ? null : TableValue.FromMicroseconds(Watermark);

    /// <summary>Merges a summary's panes.</summary>
    public void FoldPredictions(IEnumerable<KeyValuePair<DateTimeOffset, ServingPane>> panes)
    {
        foreach (var (start, pane) in panes)
        {
            Predictions += pane.Count;
            _window.Merge(start, pane);
        }
    }

    /// <summary>Takes labels of this version in commit order and gives what was found in the days they closed.</summary>
    public IReadOnlyList<Finding> FoldLabels(IEnumerable<LabelRow> rows, MonitorOptions options)
    {
        foreach (var row in rows)
        {
            Watermark = Math.Max(Watermark, row.ObservedAt);
            YoungSince = YoungSince == 0 ? row.EventTime : YoungSince;
            switch (row.Kind)
            {
                case LabelKind.First:
                    Learn(row);
                    break;
                case LabelKind.Repeated:
                    RepeatedLabels++;
                    break;
                case LabelKind.Correction:
                    CorrectedLabels++;
                    Correct(_quality, row);
                    Correct(_recentQuality.PaneAt(TableValue.FromMicroseconds(row.EventTime)), row);
                    break;
                default:
                    break;
            }
        }

        return Watermark == 0 ? [] : CloseDays(TableValue.FromMicroseconds(Watermark) - LabelLateness, options);
    }

    public MonitorReport Report(string endpoint, int version, long alerts)
    {
        var serving = _window.End is { } end ? _window.Query(end - Window, end) : _window.Query();
        var labelled = _quality.Count > 0;
        return new MonitorReport
        {
            Endpoint = endpoint,
            ModelVersion = version,
            Predictions = Predictions,
            Labelled = _quality.Count,
            RepeatedLabels = RepeatedLabels,
            CorrectedLabels = CorrectedLabels,
            LogLoss = labelled ? _quality.MeanLogLoss : null,
            Auc = Number(_quality.EstimateAuc()),
            Accuracy = labelled ? _quality.Accuracy : null,
            MajorityShare = labelled ? Math.Max(_quality.PositiveShare, 1 - _quality.PositiveShare) : null,
            LatencyP50 = serving.Count > 0 ? serving.Latency.Quantile(0.5) : null,
            LatencyP99 = serving.Count > 0 ? serving.Latency.Quantile(0.99) : null,
            Drift = [.. Drift(serving, MonitorDefaults.MinimumRows).Select(drift => new FeatureDriftInfo { Name = drift.Name, Psi = drift.Psi })],
            AdwinFirings = _adwin.DetectionCount,
            Alerts = alerts,
            Watermark = WatermarkTime,
            WindowQuality = RecentQuality(),
        };
    }

    /// <summary>What was served at or after a time, the begin of a pane.</summary>
    public ServingPane ServedSince(DateTimeOffset from) => _window.Query(from, DateTimeOffset.MaxValue);

    /// <summary>What became known of the predictions asked at or after a time.</summary>
    public OutcomesSince OutcomesSince(DateTimeOffset from, int version)
    {
        var pane = _recentQuality.Query(from, DateTimeOffset.MaxValue);
        var outcome = new VersionOutcome { Version = version, Labelled = pane.Count, Correct = pane.Correct, LogLoss = pane.Count > 0 ? pane.MeanLogLoss : null };
        return new OutcomesSince { Outcome = outcome, HasLostSome = _recentQuality.Start > from && _recentQuality.End - _recentQuality.Start >= _recentQuality.WindowLength };
    }

    /// <summary>Whether the bytes are a state of the present format; one of another is made anew from the logs.</summary>
    public static bool IsCurrent(byte[] bytes) => bytes is [Version, ..];

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(Predictions);
        writer.Write(RepeatedLabels);
        writer.Write(CorrectedLabels);
        writer.Write(Watermark);
        writer.Write(YoungSince);
        writer.Write(OpenDay);
        _window.Write(writer);
        _recentQuality.Write(writer);
        _adwin.Write(writer);
        _quality.Write(writer);
        writer.Write(_loss is not null);
        _loss?.Write(writer);
        writer.Write(_calibration is not null);
        _calibration?.Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="DataLossException">The bytes are not a state of a known version.</exception>
    public static MonitorState FromBytes(byte[] bytes, MonitoringReference reference)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version != Version)
            {
                throw new DataLossException($"A monitor's checkpoint has format version {version}; {Version} is known.");
            }

            var (predictions, repeated, corrected, watermark) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            var (youngSince, openDay) = (reader.ReadInt64(), reader.ReadInt32());
            var window = PaneWindow<ServingPane>.Read(reader, () => new ServingPane(reference.Layout), from => ServingPane.Read(from, reference.Layout));
            var recentQuality = PaneWindow<QualityPane>.Read(reader, static () => new QualityPane(), QualityPane.Read);
            return new MonitorState(reference, window, recentQuality)
            {
                Predictions = predictions,
                RepeatedLabels = repeated,
                CorrectedLabels = corrected,
                Watermark = watermark,
                YoungSince = youngSince,
                OpenDay = openDay,
                _adwin = Adwin.Read(reader),
                _quality = QualityPane.Read(reader),
                _loss = reader.ReadBoolean() ? SeasonalLossTrigger.Read(reader) : null,
                _calibration = reader.ReadBoolean() ? SeasonalLossTrigger.Read(reader) : null,
            };
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw new DataLossException($"A monitor's checkpoint cannot be read: {error.Message}", inner: error);
        }
    }

    private TimeSpan Window => _window.WindowLength - Ahead;

    private static void Correct(QualityPane? pane, LabelRow row)
    {
        pane?.Remove(row.Probability, row.Value == 0);
        pane?.Add(row.Probability, row.Value == 1);
    }

    private WindowQuality RecentQuality()
    {
        var pane = _recentQuality.Query();
        var labelled = pane.Count > 0;
        return new WindowQuality
        {
            From = _recentQuality.Start,
            Labelled = pane.Count,
            LogLoss = labelled ? pane.MeanLogLoss : null,
            Auc = Number(pane.EstimateAuc()),
            Accuracy = labelled ? pane.Accuracy : null,
            MajorityShare = labelled ? Math.Max(pane.PositiveShare, 1 - pane.PositiveShare) : null,
            Calibration = labelled ? pane.MeanProbability - pane.PositiveShare : null,
        };
    }

    private void Learn(LabelRow row)
    {
        var answer = row.Value == 1;
        var time = TableValue.FromMicroseconds(row.EventTime);
        _quality.Add(row.Probability, answer);
        _recentQuality.PaneAt(time)?.Add(row.Probability, answer);
        _adwin.Update(Math.Pow(row.Probability - row.Value, 2));
        _loss?.Add(time, LogLoss.Of(row.Probability, answer));
        _calibration?.Add(time, row.Probability - row.Value);
    }

    private List<Finding> CloseDays(DateTimeOffset watermark, MonitorOptions options)
    {
        var findings = new List<Finding>();
        var lossDays = _loss?.Advance(watermark) ?? [];
        var calibrationDays = _calibration?.Advance(watermark) ?? [];
        foreach (var day in lossDays.Where(day => day.Fired))
        {
            findings.Add(new Finding(
                AlertKind.QualityDrift,
                null,
                day.Statistic,
                _loss!.Options.Threshold,
                $"On {day.Day:yyyy-MM-dd} the mean log loss of {day.Count} labels was {day.MeanLoss:f4}, {day.MeanResidual:+0.0000;-0.0000} against the same hours of the week."));
        }

        foreach (var day in calibrationDays.Where(day => day.Fired))
        {
            findings.Add(new Finding(
                AlertKind.CalibrationDrift,
                null,
                day.Statistic,
                _calibration!.Options.Threshold,
                $"On {day.Day:yyyy-MM-dd} predicted minus actual rate over {day.Count} labels was {day.MeanResidual:+0.0000;-0.0000} beyond what is usual."));
        }

        FindAge(options, findings);
        var (openDay, closesDay) = (DateOnly.FromDateTime(watermark.UtcDateTime), OpenDay > 0);
        if (openDay.DayNumber > OpenDay)
        {
            OpenDay = openDay.DayNumber;
            if (closesDay)
            {
                var closed = new DateTimeOffset(openDay, TimeOnly.MinValue, TimeSpan.Zero);
                FindDistributionDrift(_window.Query(closed + LabelLateness - Window, closed), options, findings);
            }
        }

        return findings;
    }

    private void FindAge(MonitorOptions options, List<Finding> findings)
    {
        var age = TableValue.FromMicroseconds(Watermark) - TableValue.FromMicroseconds(YoungSince);
        if (options.MaximumAge is { } maximum && age >= maximum)
        {
            YoungSince = Watermark;
            findings.Add(new Finding(AlertKind.ModelAge, null, age.TotalDays, maximum.TotalDays, $"The version has served for {age.TotalDays:f1} days."));
        }
    }

    private void FindDistributionDrift(ServingPane pane, MonitorOptions options, List<Finding> findings)
    {
        foreach (var (name, psi) in Drift(pane, options.MinimumRows).Where(drift => drift.Psi > options.PsiThreshold))
        {
            var isOutput = name == MonitorDefaults.Output;
            findings.Add(new Finding(
                isOutput ? AlertKind.PredictionDrift : AlertKind.FeatureDrift,
                isOutput ? null : name,
                psi!.Value,
                options.PsiThreshold,
                $"Over {pane.Count} predictions the population stability index of '{name}' against training is {psi:f3}."));
        }
    }

    private IEnumerable<(string Name, double? Psi)> Drift(ServingPane pane, int minimumRows)
    {
        for (var i = 0; i < _reference.Inputs.Count; i++)
        {
            yield return (_reference.Layout.Inputs[i].Key, Number(PopulationStability.Measure(_reference.Inputs[i], pane.Inputs[i], minimumRows).Value));
        }

        if (_reference.Output is { } output)
        {
            yield return (MonitorDefaults.Output, Number(PopulationStability.Measure(output, pane.Output, minimumRows).Value));
        }
    }

    private static SeasonalLossTrigger? Trigger(SeasonalLossReference? reference, MonitorOptions options, CusumSide side) =>
        reference is null
            ? null
            : new SeasonalLossTrigger(reference, new SeasonalLossTriggerOptions { Side = side, Slack = options.QualitySlack, Threshold = options.QualityThreshold });

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
