using Google.Protobuf;

namespace Orleans.MLOps.Client.Wire;

/// <summary>
/// Translates a record of the contract to the message of the same fields and back. The rules are read once from both
/// types and compiled; after that no call uses reflection. An absent optional field keeps the record's own default.
/// </summary>
/// <typeparam name="TRecord">The record, such as <see cref="Datasets.SplitInfo"/>.</typeparam>
/// <typeparam name="TMessage">Its message.</typeparam>
internal static class RecordMapper<TRecord, TMessage>
    where TRecord : class
    where TMessage : class, IMessage<TMessage>, new()
{
    private static readonly Func<TRecord, TMessage> Writer = MessageWriter.Compile<TRecord, TMessage>();
    private static readonly Func<TMessage, TRecord> Reader = RecordReader.Compile<TRecord, TMessage>();

    /// <summary>The message of a record.</summary>
    /// <exception cref="InvalidInputException">A required text or record is null; the field names its path.</exception>
    public static TMessage ToMessage(TRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            return Writer(record);
        }
        catch (WireFieldException error)
        {
            throw error.ToInvalidInput(typeof(TRecord).Name);
        }
    }

    /// <summary>The record of a message.</summary>
    /// <param name="message">The message; absent is refused like any other required field.</param>
    /// <param name="field">Where the message stands in its request; empty for the request itself.</param>
    /// <exception cref="InvalidInputException">A required message is absent, an enum number is unknown, or a time is out of range.</exception>
    public static TRecord ToRecord(TMessage? message, string field = "")
    {
        try
        {
            return WireValue.ReadNested<TMessage, TRecord>(message, field);
        }
        catch (WireFieldException error)
        {
            throw error.ToInvalidInput(typeof(TRecord).Name);
        }
    }

    internal static TMessage Write(TRecord record) => Writer(record);

    internal static TRecord Read(TMessage message) => Reader(message);
}
