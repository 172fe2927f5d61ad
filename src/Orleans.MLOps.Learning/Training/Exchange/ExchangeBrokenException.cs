namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>A host of a training has gone, fell silent, or does not belong to this generation; the training can go on from its last checkpoint.</summary>
public sealed class ExchangeBrokenException : Exception
{
    /// <summary>Names what broke.</summary>
    /// <param name="message">One sentence with the host.</param>
    /// <param name="inner">What the network said, if anything.</param>
    public ExchangeBrokenException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
