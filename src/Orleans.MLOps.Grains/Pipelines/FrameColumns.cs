using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>The columns of a feature frame while the logs are joined; one row a labelled prediction.</summary>
internal sealed class FrameColumns(string[] numeric, string[] categorical)
{
    private readonly List<string> _rowIds = [];
    private readonly List<long> _eventTimes = [];
    private readonly List<double> _labels = [];
    private readonly List<long> _availableAt = [];
    private readonly List<double>[] _numeric = [.. numeric.Select(_ => new List<double>())];
    private readonly List<string>[] _categorical = [.. categorical.Select(_ => new List<string>())];

    /// <summary>Adds the batch's labelled rows. A batch that lacks a column gives missing values for it.</summary>
    public void Add(SealedBatch batch, IReadOnlyDictionary<(uint Recorder, long Sequence, int Row), (byte Value, long KnownSince)> answers)
    {
        var numbers = Array.ConvertAll(numeric, name => Array.IndexOf(batch.NumericNames, name));
        var texts = Array.ConvertAll(categorical, name => Array.IndexOf(batch.CategoricalNames, name));
        for (var row = 0; row < batch.Rows; row++)
        {
            if (!answers.TryGetValue((batch.Recorder, batch.Sequence, row), out var answer))
            {
                continue;
            }

            // Ordinals, not prediction ids: ids hold a random incarnation, and the same history must give the same bytes.
            _rowIds.Add($"log-{_rowIds.Count:d12}");
            _eventTimes.Add(batch.EventTimes[row]);
            _labels.Add(answer.Value);
            _availableAt.Add(answer.KnownSince);
            for (var i = 0; i < numbers.Length; i++)
            {
                _numeric[i].Add(numbers[i] < 0 ? double.NaN : batch.Numeric[numbers[i]][row]);
            }

            for (var i = 0; i < texts.Length; i++)
            {
                _categorical[i].Add(texts[i] < 0 ? "" : batch.Categorical[texts[i]][row]);
            }
        }
    }

    public ParquetColumn[] ToColumns() =>
    [
        ParquetColumn.Texts("row_id", [.. _rowIds]),
        ParquetColumn.Instants("event_time", [.. _eventTimes]),
        ParquetColumn.Doubles("label", [.. _labels]),
        ParquetColumn.Instants("label_available_at", [.. _availableAt]),
        .. numeric.Select((name, i) => ParquetColumn.Doubles(name, [.. _numeric[i]])),
        .. categorical.Select((name, i) => ParquetColumn.Texts(name, [.. _categorical[i]])),
    ];
}
