using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>Scores rows of a dataset with a loaded model; the numbers are those that its endpoint would answer.</summary>
internal abstract class RowScorer
{
    /// <summary>The columns that it reads, in its order.</summary>
    public abstract SourceColumn[] Inputs { get; }

    /// <summary>The names of the columns that it makes.</summary>
    public abstract string[] Outputs { get; }

    /// <summary>Scores all rows on the caller's thread.</summary>
    /// <exception cref="InvalidInputException">The model cannot take a value; the message names column and row.</exception>
    public abstract ParquetColumn[] Score(SourceRows rows, CancellationToken cancellationToken);

    /// <summary>A scorer for the columns of a dataset.</summary>
    /// <exception cref="InvalidInputException">Columns and model do not fit; the message names input and column.</exception>
    public static RowScorer Create(LoadedModel model, IReadOnlyList<ColumnSchema> columns, ScoreDataset command)
    {
        RowScorer scorer = model switch
        {
            TabularModel tabular => new TabularRowScorer(tabular, columns, command),
            TensorModel tensors => new TensorRowScorer(tensors, columns, command),
            _ => throw new FailedPreconditionException($"Version {model.Version.Version} of model '{model.Version.Model}' cannot score datasets.", "model"),
        };
        ScoredColumns.RequireDistinct(ScoredColumns.Carried(command, columns), scorer.Outputs);
        return scorer;
    }
}
