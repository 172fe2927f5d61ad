namespace Orleans.MLOps.Client.Errors;

/// <summary>Inside of the refusal of a message that is larger than the client may send: the same message will never fit.</summary>
internal sealed class OversizedMessageException(string message) : Exception(message);
