namespace Orleans.MLOps.Statistics.Windows;

/// <summary>What <see cref="PaneWindow{T}"/> asks of a pane: a mergeable aggregate that can be emptied for reuse and written down.</summary>
/// <typeparam name="TSelf">The pane type itself.</typeparam>
public interface IPane<TSelf>
    where TSelf : class, IPane<TSelf>
{
    /// <summary>Rows in the pane.</summary>
    long Count { get; }

    /// <summary>Adds what <paramref name="other"/> has seen; it stays as it is.</summary>
    /// <exception cref="ArgumentException">The panes are of different layout.</exception>
    void MergeFrom(TSelf other);

    /// <summary>Forgets everything and keeps the memory for reuse.</summary>
    void Clear();

    /// <summary>Writes the state.</summary>
    void Write(BinaryWriter writer);
}
