"""What an error of Keras or TensorFlow was about at first."""


def first_cause(error: BaseException) -> str:
    """In one line: what the first of the errors says that each followed from another.

    The last of them tells what could not be done, mostly; the first tells why.
    """
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    told = next((str(one).strip() for one in reversed(chain) if str(one).strip()), "")
    return " ".join(told.partition("\n\n")[0].split()) or type(error).__name__
