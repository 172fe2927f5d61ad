namespace Orleans.MLOps.Storage.Logs;

/// <summary>What a log may be called: it is a folder's name in one store and a key in another.</summary>
internal static class LogName
{
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 200 || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '%' or '-'))
        {
            throw new InvalidInputException($"The log name \"{name}\" is refused; allowed are 1 to 200 of A-Z a-z 0-9 . _ % -, not starting with a dot.", "name");
        }
    }
}
