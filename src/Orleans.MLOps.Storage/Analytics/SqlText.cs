namespace Orleans.MLOps.Storage.Analytics;

/// <summary>Finds where a statement ends without taking a semicolon in a text, a quoted name or a comment for it.</summary>
internal static class SqlText
{
    /// <summary>The first statement without its semicolon and what follows it.</summary>
    public static string WithoutEnd(string sql)
    {
        var at = 0;
        while (at < sql.Length)
        {
            switch (sql[at])
            {
                case ';':
                    return sql[..at];
                case '\'' when IsEscaping(sql, at):
                    at = AfterEscaped(sql, at + 1);
                    break;
                case '\'' or '"':
                    at = After(sql, sql[at].ToString(), at + 1);
                    break;
                case '-' when Follows(sql, at, "--"):
                    at = After(sql, "\n", at + 2);
                    break;
                case '/' when Follows(sql, at, "/*"):
                    at = AfterComment(sql, at + 2);
                    break;
                case '$' when Tag(sql, at) is { } tag:
                    at = After(sql, tag, at + tag.Length);
                    break;
                default:
                    at++;
                    break;
            }
        }

        return sql;
    }

    /// <summary>Whether the text that a quote opens is an E'...', in which a backslash takes its meaning from a quote.</summary>
    private static bool IsEscaping(string sql, int quote) =>
        quote > 0 && (sql[quote - 1] is 'e' or 'E') && (quote == 1 || !(char.IsLetterOrDigit(sql[quote - 2]) || sql[quote - 2] is '_' or '$'));

    private static int AfterEscaped(string sql, int at)
    {
        while (at < sql.Length && sql[at] != '\'')
        {
            at += sql[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, sql.Length);
    }

    private static int AfterComment(string sql, int at)
    {
        for (var depth = 1; at < sql.Length; at++)
        {
            if (Follows(sql, at, "/*"))
            {
                depth++;
                at++;
            }
            else if (Follows(sql, at, "*/"))
            {
                at++;
                if (--depth == 0)
                {
                    return at + 1;
                }
            }
        }

        return at;
    }

    /// <summary>The mark that opens a text in dollar signs, and closes it: $$ or $name$.</summary>
    private static string? Tag(string sql, int at)
    {
        var end = at + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_'))
        {
            end++;
        }

        return end < sql.Length && sql[end] == '$' ? sql[at..(end + 1)] : null;
    }

    private static bool Follows(string sql, int at, string mark) => string.CompareOrdinal(sql, at, mark, 0, mark.Length) == 0;

    private static int After(string sql, string mark, int from)
    {
        var found = sql.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + mark.Length;
    }
}
