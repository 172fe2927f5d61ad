using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Compares the stored sides of a split with those derived again, row by row.</summary>
internal sealed class SplitAudit(SplitSide train, SplitSide test) : IDisposable
{
    private readonly OrdinalWriter _derivedTrain = new(Stream.Null);
    private readonly OrdinalWriter _derivedTest = new(Stream.Null);
    private readonly List<long> _trainContent = [];
    private readonly List<long> _testContent = [];
    private long _overlapping;
    private long _missing;
    private long _misplaced;
    private long _knownTrain;
    private long _knownTest;
    private long _lastTrain = long.MinValue;
    private long _firstTest = long.MaxValue;

    /// <summary>Adds a row of the version: the side it was derived to, its instant and a hash of its content.</summary>
    public void Add(long ordinal, bool isTrain, long instant, long content)
    {
        (isTrain ? _derivedTrain : _derivedTest).Add(ordinal);
        var (inTrain, inTest) = (train.Contains(ordinal), test.Contains(ordinal));
        _overlapping += inTrain && inTest ? 1 : 0;
        _missing += !inTrain && !inTest ? 1 : 0;
        _misplaced += (isTrain ? inTest : inTrain) ? 1 : 0;
        if (inTrain)
        {
            _knownTrain++;
            _lastTrain = Math.Max(_lastTrain, instant);
            _trainContent.Add(content);
        }

        if (inTest)
        {
            _knownTest++;
            _firstTest = Math.Min(_firstTest, instant);
            _testContent.Add(content);
        }
    }

    public SplitVerification Conclude(SplitInfo split)
    {
        var problems = new List<string>([.. train.Problems, .. test.Problems]);
        Report(_overlapping > 0, $"{_overlapping} rows stand on both sides.");
        Report(_missing > 0, $"{_missing} rows stand on neither side.");
        Report(_misplaced > 0, $"{_misplaced} rows stand on a side that the rule does not give them.");
        Report(train.Count > _knownTrain, $"The training side names {train.Count - _knownTrain} rows that the version does not have.");
        Report(test.Count > _knownTest, $"The test side names {test.Count - _knownTest} rows that the version does not have.");
        Report(split.Spec.Kind == SplitKind.Time && _knownTrain > 0 && _knownTest > 0 && _lastTrain >= _firstTest, "The training side reaches into the time of the test side.");
        Compare("training", _derivedTrain.Complete(), split.TrainDigest, _derivedTrain.Count, split.TrainRows);
        Compare("test", _derivedTest.Complete(), split.TestDigest, _derivedTest.Count, split.TestRows);
        return new SplitVerification
        {
            Verified = problems.Count == 0,
            OverlappingRows = _overlapping,
            MissingRows = _missing,
            DuplicateContent = CountDuplicates(),
            Problems = [.. problems],
        };

        void Compare(string side, string derived, string recorded, long derivedRows, long recordedRows)
        {
            Report(derived != recorded, $"Derived again, the {side} side has SHA-256 {derived}, recorded is {recorded}.");
            Report(derivedRows != recordedRows, $"Derived again, the {side} side has {derivedRows} rows, recorded are {recordedRows}.");
        }

        void Report(bool wrong, string problem)
        {
            if (wrong)
            {
                problems.Add(problem);
            }
        }
    }

    public void Dispose()
    {
        _derivedTrain.Dispose();
        _derivedTest.Dispose();
    }

    private long CountDuplicates()
    {
        _trainContent.Sort();
        return _testContent.LongCount(content => _trainContent.BinarySearch(content) >= 0);
    }
}
