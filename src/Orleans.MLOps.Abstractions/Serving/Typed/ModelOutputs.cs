namespace Orleans.MLOps.Serving.Typed;

/// <summary>
/// What a model gave for some rows, by names. Models of tensors give their outputs; networks of the platform <c>probability</c> (a double),
/// <c>prediction_id</c> (a text, which names the prediction for its label) and <c>model_version</c> (an int).
/// </summary>
public sealed class ModelOutputs
{
    private const string Probability = "probability";
    private const string PredictionId = "prediction_id";
    private const string ModelVersion = "model_version";

    private readonly PredictReply? _predictions;
    private readonly Tensor[] _tensors = [];

    /// <summary>What a network of the platform gave.</summary>
    /// <param name="reply">Its predictions.</param>
    public ModelOutputs(PredictReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        (_predictions, Rows) = (reply, reply.Probabilities.Length);
    }

    /// <summary>What a model of tensors gave.</summary>
    /// <param name="tensors">Its outputs.</param>
    /// <param name="rows">Rows that it was asked with, at least 1.</param>
    public ModelOutputs(Tensor[] tensors, int rows)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (_tensors, Rows) = (tensors, rows);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>An output of one number or truth value a row, of shape [rows] or [rows, 1].</summary>
    /// <param name="name">The output.</param>
    /// <typeparam name="T">The output's type, or a number that holds all values of it.</typeparam>
    /// <exception cref="InvalidInputException">The model gives no such output, or it does not fit.</exception>
    public T[] Numbers<T>(string name)
        where T : unmanaged => One(Find(name), TensorElements.Read<T>);

    /// <summary>An output of several numbers or truth values a row, of shape [rows, ...].</summary>
    /// <param name="name">The output.</param>
    /// <typeparam name="T">The output's type, or a number that holds all values of it.</typeparam>
    /// <returns>All values of a row, row-major, for each row.</returns>
    /// <exception cref="InvalidInputException">The model gives no such output, or it does not fit.</exception>
    public T[][] NumberRows<T>(string name)
        where T : unmanaged => Several(Find(name), TensorElements.Read<T>);

    /// <summary>An output of one text a row, of shape [rows] or [rows, 1].</summary>
    /// <param name="name">The output.</param>
    /// <exception cref="InvalidInputException">The model gives no such output, or it does not fit.</exception>
    public string[] Texts(string name) => One(Find(name), TensorElements.ReadTexts);

    /// <summary>An output of several texts a row, of shape [rows, ...].</summary>
    /// <param name="name">The output.</param>
    /// <returns>All texts of a row, row-major, for each row.</returns>
    /// <exception cref="InvalidInputException">The model gives no such output, or it does not fit.</exception>
    public string[][] TextRows(string name) => Several(Find(name), TensorElements.ReadTexts);

    private T[] One<T>(Tensor tensor, Func<Tensor, T[]> read)
    {
        var values = read(tensor);
        return RowsFirst(tensor) && values.Length == Rows
            ? values
            : throw new InvalidInputException($"{Described(tensor)}; a property that is no array needs [{Rows}] or [{Rows}, 1].", tensor.Name);
    }

    private T[][] Several<T>(Tensor tensor, Func<Tensor, T[]> read)
    {
        var values = read(tensor);
        if (!RowsFirst(tensor) || values.Length % Rows != 0)
        {
            throw new InvalidInputException($"{Described(tensor)}; a property that is an array needs [{Rows}, ...].", tensor.Name);
        }

        var length = values.Length / Rows;
        var rows = new T[Rows][];
        for (var row = 0; row < Rows; row++)
        {
            rows[row] = values[(row * length)..((row + 1) * length)];
        }

        return rows;
    }

    private bool RowsFirst(Tensor tensor) => tensor.Shape.Length > 0 && tensor.Shape[0] == Rows;

    private string Described(Tensor tensor) => $"Output '{tensor.Name}' has the shape [{string.Join(", ", tensor.Shape)}] for {Rows} rows";

    private Tensor Find(string name) => (_predictions is { } predictions ? OfPredictions(predictions, name) : Array.Find(_tensors, tensor => tensor.Name == name))
        ?? throw new InvalidInputException(
            $"The model gives no output '{name}'; it gives {string.Join(", ", _predictions is null ? _tensors.Select(tensor => tensor.Name) : [Probability, PredictionId, ModelVersion])}.", name);

    private static Tensor? OfPredictions(PredictReply reply, string name) => name switch
    {
        Probability => InputTensors.Numbers(name, reply.Probabilities),
        PredictionId => InputTensors.Texts(name, reply.PredictionIds),
        ModelVersion => InputTensors.Numbers(name, reply.ModelVersions),
        _ => null,
    };
}
