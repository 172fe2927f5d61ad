using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>What was acknowledged of predictions and their labels at one endpoint.</summary>
internal sealed class LabelJournal(string endpoint)
{
    private readonly Dictionary<string, (int Version, string Key)> _predictions = [];
    private readonly List<(string Id, double Value, DateTimeOffset At)> _labels = [];

    public LabelWindows Windows { get; } = new();

    public int Predictions => _predictions.Count;

    public int Labels => _labels.Count;

    public IEnumerable<int> Versions => _predictions.Values.Select(prediction => prediction.Version).Distinct();

    public void Predicted(string id, int version, string key) => _predictions.Add(id, (version, key));

    public void Labelled(LabelBatch batch)
    {
        for (var i = 0; i < batch.PredictionIds.Length; i++)
        {
            _labels.Add((batch.PredictionIds[i], batch.Values[i], batch.ObservedAt[i]));
            Windows.Add(_predictions[batch.PredictionIds[i]].Key, batch.Values[i], batch.ObservedAt[i]);
        }
    }

    public int PredictionsOf(int version) => _predictions.Values.Count(prediction => prediction.Version == version);

    public int LabelsOf(int version) => _labels.Count(label => _predictions[label.Id].Version == version);

    /// <summary>All labels again, as one batch.</summary>
    public LabelBatch AllLabels() => Batch([.. _labels.OrderBy(label => label.At)]);

    public LabelBatch Batch((string Id, double Value, DateTimeOffset At)[] labels) => new()
    {
        Endpoint = endpoint,
        PredictionIds = Array.ConvertAll(labels, label => label.Id),
        Values = Array.ConvertAll(labels, label => label.Value),
        ObservedAt = Array.ConvertAll(labels, label => label.At),
    };
}
